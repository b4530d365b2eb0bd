import { GRAFANA } from '../../workloads/protocol/names';
import { type LabPart } from '../core/lab-part';
import { Grafana } from './grafana';
import { KubeStateMetrics } from './kube-state-metrics';
import { Prometheus } from './prometheus';
import { PrometheusMonitors } from './prometheus-monitors';

const MONITORS: LabPart = {
  id: 'PrometheusMonitors',
  group: 'observability',
  dependsOn: ['Namespaces'],
  chart: (scope, { monitoring, prometheusRelease: release }) =>
    monitoring === 'operator'
      ? new PrometheusMonitors(scope, 'PrometheusMonitors', { release })
      : undefined,
};

const KUBE_STATE_METRICS: LabPart = {
  id: 'KubeStateMetrics',
  group: 'observability',
  dependsOn: ['Namespaces'],
  chart: (scope, { monitoring, images }) =>
    monitoring === 'lab'
      ? new KubeStateMetrics(scope, 'KubeStateMetrics', { image: images.kubeStateMetrics })
      : undefined,
};

const PROMETHEUS: LabPart = {
  id: 'Prometheus',
  group: 'observability',
  dependsOn: ['Namespaces'],
  chart: (scope, { monitoring, images, kubeletInsecureTls, prometheusNodePort: nodePort }) =>
    monitoring === 'lab'
      ? new Prometheus(scope, 'Prometheus', {
          image: images.prometheus,
          kubeletInsecureTls,
          nodePort,
        })
      : undefined,
};

const GRAFANA_PART: LabPart = {
  id: 'Grafana',
  group: 'observability',
  dependsOn: ['Namespaces'],
  secrets: () => [{ namespace: GRAFANA.namespace, name: GRAFANA.adminSecret }],
  chart: (scope, { monitoring, grafana, images, secretRotation }) =>
    monitoring === 'lab' && grafana !== 'none' && images.grafana !== undefined
      ? new Grafana(scope, 'Grafana', {
          image: images.grafana,
          anonymous: grafana === 'anonymous',
          secretRotation,
        })
      : undefined,
};

/** What the `monitoring` setting asks for. */
export const MONITORING_PARTS: readonly LabPart[] = [
  MONITORS,
  KUBE_STATE_METRICS,
  PROMETHEUS,
  GRAFANA_PART,
];
