import { App, type Chart } from 'cdk8s';
import { type LabChart, renderChart } from './core/lab-chart';
import { type LabProps } from './lab-props';
import { PARTS } from './parts';
import { addGuards } from './policies/guards/add-guards';

/**
 * Builds the chart of every part of the lab; every chart comes after those that it depends on. The
 * result is a function of the properties alone; hand it to `checkRules` before it is deployed.
 *
 * @throws where a property is out of bounds or a manifest is not the release that it should be
 */
export function buildCharts(props: LabProps): LabChart[] {
  const app = new App();
  const built = new Map<string, Chart>();
  for (const part of PARTS) {
    const chart = part.chart(app, props);
    if (chart === undefined) continue;
    const before = (part.dependsOn ?? []).map((id) => built.get(id));
    chart.addDependency(...before.filter((dependency) => dependency !== undefined));
    built.set(part.id, chart);
  }
  const charts = PARTS.flatMap((part) => {
    const chart = built.get(part.id);
    if (chart === undefined) return [];
    const { group, upstream } = part;
    const needs = { secrets: part.secrets?.(props), images: part.images?.(props) };
    return [renderChart(chart, { group, upstream, ...needs })];
  });
  return [...charts, ...addGuards(charts, props)];
}
