import { ApiObject, Chart, DependencyGraph } from 'cdk8s';
import { type KubernetesObject } from './kubernetes-object';

/** One rendered object of a chart. */
export interface LabObject {
  /**
   * The construct's path without cdk8s-plus' inner `Resource`, for example `Worker/Deployment`:
   * unique in the lab and stable, so it may serve as a resource's identity.
   */
  readonly path: string;
  readonly manifest: KubernetesObject;
  /** Paths of the objects of the same chart that must exist, and be ready, before this one. */
  readonly dependsOn: readonly string[];
}

/** A chart with what it needs first: one release unit. */
export interface LabChart {
  /** The chart's id, for example `NatsBootstrap`. */
  readonly name: string;
  readonly chart: Chart;
  /** Names of the charts that must be up before this one, direct dependencies only. */
  readonly dependsOn: readonly string[];
  /** The rendered objects, each after those that it depends on. */
  readonly objects: readonly LabObject[];
  /** Taken from an upstream release: the rules about our own pods do not apply. */
  readonly upstream: boolean;
}

/**
 * Renders a chart.
 *
 * @param chart a chart whose app is complete: dependencies between charts are resolved here
 * @param upstream see {@link LabChart.upstream}
 * @throws where a construct's own validation fails, or dependencies form a cycle
 */
export function renderChart(chart: Chart, upstream = false): LabChart {
  // toJson() also turns dependencies between constructs into dependencies between their objects and
  // charts; it yields the objects in the order of the graph, and the graph is what names them
  const manifests = chart.toJson() as KubernetesObject[];
  const objects = new DependencyGraph(chart.node)
    .topology()
    .filter((construct) => ApiObject.isApiObject(construct));
  return {
    name: chart.node.id,
    chart,
    upstream,
    dependsOn: chart.node.dependencies
      .filter((target) => Chart.isChart(target))
      .map((target) => target.node.id),
    objects: objects.map((object, index) => ({
      path: pathOf(object),
      manifest: manifests[index],
      dependsOn: object.node.dependencies
        .filter((target) => ApiObject.isApiObject(target))
        .filter((target) => target.chart === chart)
        .map(pathOf),
    })),
  };
}

function pathOf(object: ApiObject): string {
  return object.node.path.replace(/\/Resource$/, '');
}
