import { ApiObject, Chart, Duration } from 'cdk8s';
import {
  HorizontalPodAutoscaler,
  type IScalable,
  Metric,
  MetricTarget,
  Replicas,
} from 'cdk8s-plus-28';
import { type Construct, type IConstruct } from 'constructs';
import { NATS, PROMETHEUS, WORKER } from '../../../workloads/protocol/names';
import { CONSUMER } from '../../../workloads/protocol/streams';
import { ScaledObject } from '../../constructs/scaled-object';
import { ScaledObjectTrigger } from '../../constructs/scaled-object-trigger';
import { MAX_WINDOW_SECONDS, ScalingPolicy } from '../../constructs/scaling-rules';
import { durationOfSeconds } from '../../constructs/whole-seconds';
import { partLabels } from '../../core/labels';
import { ruleException } from '../../policies/rules/rule-exception';
import { type ScalingSettings } from './scaling-settings';
import { type WorkerSettings } from './worker-settings';
import { workersNeededQuery } from './workers-needed-query';

/** The workload to scale, and what decides its replicas. */
export interface WorkerScalerProps
  extends ScalingSettings, Pick<WorkerSettings, 'workerConcurrency' | 'workerSecondsPerMeme'> {
  readonly target: IScalable & IConstruct;
}

const PART = { name: WORKER.scaledObject, component: 'autoscaler' } as const;
// the sync period of the HPA controller, so that one sync is one policy period
const HPA_SYNC = Duration.seconds(15);
const CPU_UTILIZATION_PERCENT = 50;
// a generator that answers at once would otherwise make the query ask for no worker at all
const MIN_SECONDS_PER_MEME = 0.1;
// KEDA's webhook refuses a ScaledObject while another HPA owns its target, even for the moment of a switch
const SKIP_HPA_OWNERSHIP = { 'validations.keda.sh/hpa-ownership': 'false' } as const;

/**
 * Scales the worker in one of the modes. A chart of its own, so that the worker does not wait for
 * KEDA. Every mode follows the same scaling rules: only the metric differs.
 */
export class WorkerScaler extends Chart {
  /**
   * @throws where a value is out of bounds
   */
  constructor(scope: Construct, id: string, props: WorkerScalerProps) {
    super(scope, id, { namespace: WORKER.namespace, labels: partLabels(PART) });
    switch (props.scalingMode) {
      case 'queue':
        addScaledObject(this, props, lagTrigger(props));
        break;
      case 'kpi':
        addScaledObject(this, props, workersNeededTrigger(props));
        break;
      case 'cpu':
        addCpuScaler(this, props);
        break;
      case 'conflict':
        addScaledObject(this, props, lagTrigger(props));
        addCpuScaler(
          this,
          props,
          ruleException(
            'one-scaler-per-target',
            'scalingMode "conflict" shows what two autoscalers on one workload do',
          ),
        );
    }
  }
}

function addScaledObject(
  chart: Chart,
  props: WorkerScalerProps,
  trigger: ScaledObjectTrigger,
): void {
  new ScaledObject(chart, 'ScaledObject', {
    metadata: { name: WORKER.scaledObject },
    target: props.target,
    minReplicas: props.minReplicas,
    maxReplicas: props.maxReplicas,
    pollingInterval: durationOfSeconds('pollingInterval', props.pollingInterval),
    cooldownPeriod: durationOfSeconds('cooldownPeriod', props.cooldownPeriod),
    // an HPA ignores a workload at zero: without this the switch to cpu would leave it there
    restoreReplicas: true,
    // Kubernetes adds 4 pods or doubles per 15 seconds, so 1 to 10 would take two syncs
    scaleUp: {
      stabilizationWindow: Duration.seconds(0),
      policies: [ScalingPolicy.pods(props.maxReplicas, HPA_SYNC)],
    },
    scaleDown: {
      stabilizationWindow: scaleDownWindow(props),
      policies: [ScalingPolicy.percent(100, HPA_SYNC)],
    },
    triggers: [trigger],
  });
}

// 10 to 1 waits as long as 1 to 0, not Kubernetes' five minutes; an HPA's window is an hour at most
function scaleDownWindow({ cooldownPeriod }: WorkerScalerProps): Duration {
  return durationOfSeconds('cooldownPeriod', Math.min(cooldownPeriod, MAX_WINDOW_SECONDS));
}

function lagTrigger(props: WorkerScalerProps): ScaledObjectTrigger {
  return ScaledObjectTrigger.natsJetStream({
    // KEDA puts the name of the server that leads before it, where there are several
    monitoringEndpoint: `${NATS.headlessHost}:${NATS.ports.monitor}`,
    account: NATS.account,
    stream: CONSUMER.stream,
    consumer: CONSUMER.durable,
    lagThreshold: props.lagThreshold,
    activationLagThreshold: props.activationLagThreshold,
  });
}

function workersNeededTrigger(props: WorkerScalerProps): ScaledObjectTrigger {
  return ScaledObjectTrigger.prometheus({
    serverAddress: PROMETHEUS.url,
    query: workersNeededQuery({
      secondsPerMeme: Math.max(props.workerSecondsPerMeme, MIN_SECONDS_PER_MEME),
      concurrency: props.workerConcurrency,
      drainSeconds: props.drainTarget,
    }),
    threshold: 1,
  });
}

function addCpuScaler(
  chart: Chart,
  props: WorkerScalerProps,
  annotations: Readonly<Record<string, string>> = {},
): void {
  const scaler = new HorizontalPodAutoscaler(chart, 'CpuScaler', {
    metadata: { name: WORKER.cpuScaler, annotations: { ...SKIP_HPA_OWNERSHIP, ...annotations } },
    target: props.target,
    minReplicas: Math.max(1, props.minReplicas),
    maxReplicas: props.maxReplicas,
    metrics: [Metric.resourceCpu(MetricTarget.averageUtilization(CPU_UTILIZATION_PERCENT))],
    scaleUp: {
      stabilizationWindow: Duration.seconds(0),
      policies: [{ replicas: Replicas.absolute(props.maxReplicas), duration: HPA_SYNC }],
    },
    scaleDown: {
      stabilizationWindow: scaleDownWindow(props),
      policies: [{ replicas: Replicas.percent(100), duration: HPA_SYNC }],
    },
  });
  ApiObject.of(scaler).addDependency(props.target);
}
