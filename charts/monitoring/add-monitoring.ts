import { type App, type Chart } from 'cdk8s';
import { KubeStateMetrics } from '../kube-state-metrics';
import { type LabProps } from '../lab-props';
import { Prometheus } from '../prometheus';

/**
 * Adds what the `monitoring` property asks for.
 *
 * @param namespaces the chart that all of these need
 * @returns the added charts, each after those that it depends on
 */
export function addMonitoring(app: App, props: LabProps, namespaces: Chart): Chart[] {
  if (props.monitoring === 'none') return [];
  const { images, kubeletInsecureTls, prometheusNodePort: nodePort } = props;
  const charts = [
    new KubeStateMetrics(app, 'KubeStateMetrics', { image: images.kubeStateMetrics }),
    new Prometheus(app, 'Prometheus', { image: images.prometheus, kubeletInsecureTls, nodePort }),
  ];
  for (const chart of charts) chart.addDependency(namespaces);
  return charts;
}
