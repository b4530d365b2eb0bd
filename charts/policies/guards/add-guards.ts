import { App, type Chart } from 'cdk8s';
import { type LabChart, renderChart } from '../../core/lab-chart';
import { type LabProps } from '../../lab-props';
import { allowedEdges } from '../network/edges';
import { NetworkPolicies } from '../network/network-policies';
import { LabGraph } from '../rules/lab-graph';
import { DisruptionBudgets } from './disruption-budgets';
import { ownWorkloads } from './own-workloads';
import { Quotas } from './quotas';

/** The charts that follow from the others: what may disturb them, connect to them and be used by them. */
export function addGuards(charts: readonly LabChart[], props: LabProps): LabChart[] {
  const workloads = ownWorkloads(charts);
  const namespaces = [...new Set(workloads.map(({ namespace }) => namespace))];
  // an app of their own: the others are rendered already
  const app = new App();
  const guards: Chart[] = [new DisruptionBudgets(app, 'DisruptionBudgets', workloads)];
  if (props.resourceQuotas) guards.push(new Quotas(app, 'Quotas', workloads, new LabGraph(charts)));
  if (props.networkPolicies) {
    guards.push(new NetworkPolicies(app, 'NetworkPolicies', namespaces, allowedEdges(props)));
  }
  return guards.map((chart) => ({
    ...renderChart(chart, { group: 'policies' }),
    dependsOn: ['Namespaces'],
  }));
}
