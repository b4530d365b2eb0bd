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

/** The parts that the lab is shown in, one component of the Pulumi tree each. */
export const CHART_GROUPS = [
  'operators',
  'platform',
  'services',
  'observability',
  'policies',
] as const;

export type ChartGroup = (typeof CHART_GROUPS)[number];

/** A Secret by its place in the cluster. */
export interface SecretReference {
  readonly namespace: string;
  readonly name: string;
}

/** What a chart declares about its release. */
export interface ReleaseNeeds {
  /** @default 'services' */
  readonly group?: ChartGroup;
  /**
   * Secrets that are made with the release, before its objects.
   *
   * @default - none
   */
  readonly secrets?: readonly SecretReference[];
  /**
   * References of images built from this project: the objects wait until the cluster has them.
   *
   * @default - none
   */
  readonly images?: readonly string[];
  /**
   * Taken from an upstream release: the rules about the lab's own pods do not apply.
   *
   * @default false
   */
  readonly upstream?: boolean;
}

/** A rendered chart with what must exist before it: one release. */
export interface LabChart extends Required<ReleaseNeeds> {
  /** The chart's id, for example `NatsBootstrap`. */
  readonly name: string;
  readonly chart: Chart;
  /** Names of the charts that must be up before this one, direct dependencies only. */
  readonly dependsOn: readonly string[];
  /** The rendered objects, each after those that it depends on. */
  readonly objects: readonly LabObject[];
}

/**
 * Renders a chart.
 *
 * @param chart a chart whose app is complete: dependencies between charts are resolved here
 * @throws where a construct's own validation fails, or dependencies form a cycle
 */
export function renderChart(chart: Chart, needs: ReleaseNeeds = {}): LabChart {
  const { group = 'services', secrets = [], images = [], upstream = false } = needs;
  // toJson() also turns dependencies between constructs into dependencies between their objects and
  // charts; it yields the objects in the order of the graph, and the graph is what names them
  const manifests = chart.toJson() as KubernetesObject[];
  const objects = new DependencyGraph(chart.node)
    .topology()
    .filter((construct) => ApiObject.isApiObject(construct));
  return {
    name: chart.node.id,
    chart,
    group,
    secrets,
    images,
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
