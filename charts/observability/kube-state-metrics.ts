import { Chart } from 'cdk8s';
import { k8s, Service, ServiceType } from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { KUBE_STATE_METRICS } from '../../workloads/protocol/names';
import { ClusterReader } from '../constructs/cluster-reader';
import { type ReadRule } from '../constructs/read-role';
import {
  restrictedPodContext,
  RESTRICTED_CONTAINER_CONTEXT,
} from '../constructs/restricted-security';
import { partLabels, podLabels, selectorLabels } from '../core/labels';

/** Which image. */
export interface KubeStateMetricsProps {
  readonly image: string;
}

const PART = { name: KUBE_STATE_METRICS.deployment, component: 'monitoring' } as const;
const UID = 65532;

/** What is exported, which is also all that the account may read. */
const EXPORTED: readonly ReadRule[] = [
  { group: '', resources: ['nodes', 'pods'], verbs: ['list', 'watch'] },
  { group: 'apps', resources: ['deployments', 'statefulsets'], verbs: ['list', 'watch'] },
  { group: 'autoscaling', resources: ['horizontalpodautoscalers'], verbs: ['list', 'watch'] },
];

/**
 * kube-state-metrics: what the API server says of workloads and autoscalers, as metrics. Only what
 * the lab's dashboards and rules read is watched.
 */
export class KubeStateMetrics extends Chart {
  constructor(scope: Construct, id: string, props: KubeStateMetricsProps) {
    super(scope, id, { namespace: KUBE_STATE_METRICS.namespace, labels: partLabels(PART) });
    const reader = new ClusterReader(this, 'Reader', {
      name: KUBE_STATE_METRICS.deployment,
      namespace: KUBE_STATE_METRICS.namespace,
      rules: EXPORTED,
    });
    addExporter(this, props, reader).node.addDependency(reader);
    addService(this);
  }
}

function addExporter(
  chart: Chart,
  { image }: KubeStateMetricsProps,
  reader: ClusterReader,
): k8s.KubeDeployment {
  return new k8s.KubeDeployment(chart, 'Deployment', {
    metadata: { name: KUBE_STATE_METRICS.deployment },
    spec: {
      replicas: 1,
      selector: { matchLabels: selectorLabels(PART) },
      template: {
        metadata: { labels: podLabels(PART) },
        spec: {
          serviceAccountName: reader.accountName,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 10,
          securityContext: restrictedPodContext(UID),
          containers: [exporterContainer(image)],
        },
      },
    },
  });
}

function exporterContainer(image: string): k8s.Container {
  const { ports, portNames } = KUBE_STATE_METRICS;
  return {
    name: KUBE_STATE_METRICS.deployment,
    image,
    imagePullPolicy: 'IfNotPresent',
    args: [
      `--resources=${EXPORTED.flatMap(({ resources }) => resources).join(',')}`,
      `--port=${ports.metrics}`,
      `--telemetry-port=${ports.telemetry}`,
    ],
    ports: [
      { name: portNames.metrics, containerPort: ports.metrics },
      { name: portNames.telemetry, containerPort: ports.telemetry },
    ],
    resources: {
      requests: { cpu: k8s.Quantity.fromString('10m'), memory: k8s.Quantity.fromString('32Mi') },
      limits: { cpu: k8s.Quantity.fromString('250m'), memory: k8s.Quantity.fromString('128Mi') },
    },
    startupProbe: probe('/readyz', portNames.telemetry, { periodSeconds: 1, failureThreshold: 60 }),
    readinessProbe: probe('/readyz', portNames.telemetry, {
      periodSeconds: 5,
      failureThreshold: 3,
    }),
    livenessProbe: probe('/livez', portNames.metrics, { periodSeconds: 10, failureThreshold: 3 }),
    securityContext: RESTRICTED_CONTAINER_CONTEXT,
  };
}

function probe(
  path: string,
  portName: string,
  timing: Pick<k8s.Probe, 'periodSeconds' | 'failureThreshold'>,
): k8s.Probe {
  return {
    httpGet: { path, port: k8s.IntOrString.fromString(portName) },
    timeoutSeconds: 3,
    ...timing,
  };
}

function addService(chart: Chart): void {
  const { service: name, ports, portNames } = KUBE_STATE_METRICS;
  const service = new Service(chart, 'Service', {
    metadata: { name },
    type: ServiceType.CLUSTER_IP,
  });
  service.bind(ports.metrics, { name: portNames.metrics, targetPort: ports.metrics });
  for (const [label, value] of Object.entries(selectorLabels(PART)))
    service.selectLabel(label, value);
}
