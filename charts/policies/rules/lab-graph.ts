import { type LabChart, type LabObject } from '../../core/lab-chart';

/** A rendered object together with the chart that it is in. */
export interface GraphObject extends LabObject {
  readonly chart: LabChart;
}

/** All rendered objects of a lab, and which needs which. */
export class LabGraph {
  readonly objects: readonly GraphObject[];
  private readonly charts: ReadonlyMap<string, LabChart>;
  private readonly byPath: ReadonlyMap<string, GraphObject>;

  constructor(charts: readonly LabChart[]) {
    this.charts = new Map(charts.map((chart) => [chart.name, chart]));
    this.objects = charts.flatMap((chart) => chart.objects.map((object) => ({ ...object, chart })));
    this.byPath = new Map(this.objects.map((object) => [object.path, object]));
  }

  /** The objects of a kind, in whichever version of its API. */
  ofKind(kind: string): GraphObject[] {
    return this.objects.filter(({ manifest }) => manifest.kind === kind);
  }

  /** The object of a kind, name and namespace; undefined where the lab has none. */
  find(kind: string, name: string, namespace?: string): GraphObject | undefined {
    return this.ofKind(kind).find(
      ({ manifest }) =>
        manifest.metadata.name === name && manifest.metadata.namespace === namespace,
    );
  }

  /** Whether an object is made only after another is there, by itself or through others. */
  dependsOn(object: GraphObject, other: GraphObject): boolean {
    if (object.chart === other.chart) {
      return this.reachable(object.path, (path) => this.byPath.get(path)?.dependsOn ?? []).has(
        other.path,
      );
    }
    return this.reachable(object.chart.name, (name) => this.charts.get(name)?.dependsOn ?? []).has(
      other.chart.name,
    );
  }

  private reachable(start: string, next: (id: string) => readonly string[]): Set<string> {
    const found = new Set<string>();
    const open = [...next(start)];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (found.has(id)) continue;
      found.add(id);
      open.push(...next(id));
    }
    return found;
  }
}
