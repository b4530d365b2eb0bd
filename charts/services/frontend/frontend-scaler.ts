import { type Chart, Duration } from 'cdk8s';
import {
  type Deployment,
  HorizontalPodAutoscaler,
  Metric,
  MetricTarget,
  Replicas,
} from 'cdk8s-plus-28';
import { FRONTEND } from '../../../workloads/protocol/names';

const CPU_PERCENT = 30;
const MEMORY_PERCENT = 50;
const MAX_REPLICAS = 5;
const SYNC = Duration.seconds(15);

/**
 * The page's HPA: up at once, down when fewer replicas were enough for the window.
 *
 * @param scaleDownWindow in seconds
 */
export function addFrontendScaler(
  chart: Chart,
  target: Deployment,
  scaleDownWindow: number,
): HorizontalPodAutoscaler {
  const scaler = new HorizontalPodAutoscaler(chart, 'Scaler', {
    metadata: { name: FRONTEND.autoscaler },
    target,
    minReplicas: 1,
    maxReplicas: MAX_REPLICAS,
    metrics: [
      Metric.resourceCpu(MetricTarget.averageUtilization(CPU_PERCENT)),
      Metric.resourceMemory(MetricTarget.averageUtilization(MEMORY_PERCENT)),
    ],
    // Kubernetes' own; without them cdk8s-plus lets one replica go in five minutes
    scaleUp: {
      stabilizationWindow: Duration.seconds(0),
      policies: [
        { replicas: Replicas.absolute(4), duration: SYNC },
        { replicas: Replicas.percent(100), duration: SYNC },
      ],
    },
    scaleDown: {
      stabilizationWindow: Duration.seconds(scaleDownWindow),
      policies: [{ replicas: Replicas.percent(100), duration: SYNC }],
    },
  });
  scaler.node.addDependency(target);
  return scaler;
}
