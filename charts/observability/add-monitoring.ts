import { type App, type Chart } from 'cdk8s';
import { Grafana } from './grafana';
import { KubeStateMetrics } from './kube-state-metrics';
import { type LabProps } from '../lab-props';
import { Prometheus } from './prometheus';
import { PrometheusMonitors } from './prometheus-monitors';

/**
 * Adds what the `monitoring` property asks for.
 *
 * @param namespaces the chart that all of these need
 * @returns the added charts, each after those that it depends on
 */
export function addMonitoring(app: App, props: LabProps, namespaces: Chart): Chart[] {
  const charts = monitoringCharts(app, props);
  for (const chart of charts) chart.addDependency(namespaces);
  return charts;
}

function monitoringCharts(app: App, props: LabProps): Chart[] {
  const { images, kubeletInsecureTls, prometheusNodePort: nodePort, secretRotation } = props;
  switch (props.monitoring) {
    case 'none':
      return [];
    case 'operator':
      return [
        new PrometheusMonitors(app, 'PrometheusMonitors', { release: props.prometheusRelease }),
      ];
    case 'lab': {
      const prometheus = { image: images.prometheus, kubeletInsecureTls, nodePort };
      const charts: Chart[] = [
        new KubeStateMetrics(app, 'KubeStateMetrics', { image: images.kubeStateMetrics }),
        new Prometheus(app, 'Prometheus', prometheus),
      ];
      if (props.grafana !== 'none' && images.grafana !== undefined) {
        const anonymous = props.grafana === 'anonymous';
        charts.push(
          new Grafana(app, 'Grafana', { image: images.grafana, anonymous, secretRotation }),
        );
      }
      return charts;
    }
  }
}
