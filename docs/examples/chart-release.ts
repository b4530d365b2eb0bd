import * as kubernetes from '@pulumi/kubernetes';
import { ChartRelease } from 'autoscaling-lab/chart-release';
import { renderChart } from 'autoscaling-lab/lab-chart';
import { ScalingTargets } from 'autoscaling-lab/scaling-targets';
import { App, Chart } from 'cdk8s';
import { ConfigMap, Namespace } from 'cdk8s-plus-28';

const chart = new Chart(new App(), 'Greeting', { namespace: 'greeting' });
const namespace = new Namespace(chart, 'Namespace', { metadata: { name: 'greeting' } });
const message = new ConfigMap(chart, 'Message', { data: { text: 'hello' } });
// an order in the chart is an order in the deployment, and its reverse on destroy
message.node.addDependency(namespace);

const rendered = renderChart(chart);

new ChartRelease(
  'greeting',
  {
    chart: rendered,
    needs: [],
    scaled: new ScalingTargets(rendered.objects),
    readySeconds: 120,
  },
  { provider: new kubernetes.Provider('cluster', { context: 'kind-demo' }) },
);
