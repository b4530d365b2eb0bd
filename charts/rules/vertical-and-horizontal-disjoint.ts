import { type GraphObject, type LabGraph } from './lab-graph';
import { type RuleViolation } from './rule';
import { scalersOf, type Scaler } from './scaler';

/**
 * No resource is set by a VerticalPodAutoscaler on a workload that an HPA scales on the use of that
 * resource: a bigger request lowers the use, and each undoes what the other did.
 */
export function verticalAndHorizontalDisjoint(graph: LabGraph): RuleViolation[] {
  return graph.ofKind('VerticalPodAutoscaler').flatMap((object) => {
    const spec = object.manifest.spec as VerticalSpec;
    if (spec.updatePolicy?.updateMode === 'Off') return [];
    const sized = sizedResources(spec);
    return scalersOf(graph)
      .filter((scaler) => isTarget(scaler, spec, object))
      .flatMap((scaler) =>
        sized
          .filter((resource) => scaledResources(scaler).has(resource))
          .map((resource) => ({
            path: object.path,
            message:
              `VerticalPodAutoscaler "${object.manifest.metadata.name}" sets "${resource}" of ` +
              `${spec.targetRef.kind} "${spec.targetRef.name}", which ${scaler.label} ` +
              `(${scaler.object.path}) scales on "${resource}"; leave it out of ` +
              '"controlledResources", or scale on something else',
          })),
      );
  });
}

interface VerticalSpec {
  readonly targetRef: { readonly kind: string; readonly name: string };
  readonly updatePolicy?: { readonly updateMode?: string };
  readonly resourcePolicy?: { readonly containerPolicies?: readonly ContainerPolicy[] };
}

interface ContainerPolicy {
  readonly mode?: string;
  readonly controlledResources?: readonly string[];
}

// Kubernetes' own, where a policy, or the object, says nothing
const ALL_RESOURCES = ['cpu', 'memory'];

function sizedResources({ resourcePolicy }: VerticalSpec): string[] {
  const policies = resourcePolicy?.containerPolicies ?? [{}];
  const sized = policies
    .filter(({ mode }) => mode !== 'Off')
    .flatMap(({ controlledResources }) => controlledResources ?? ALL_RESOURCES);
  return [...new Set(sized)];
}

function isTarget({ target }: Scaler, { targetRef }: VerticalSpec, object: GraphObject): boolean {
  return (
    target.kind === targetRef.kind &&
    target.name === targetRef.name &&
    target.namespace === object.manifest.metadata.namespace
  );
}

interface Metric {
  readonly type: string;
  readonly resource?: { readonly name: string };
  readonly containerResource?: { readonly name: string };
}

// an HPA names the resource in its metrics; KEDA names it as the type of a trigger
function scaledResources({ object, triggers }: Scaler): Set<string> {
  const { metrics = [] } = object.manifest.spec as { readonly metrics?: readonly Metric[] };
  return new Set([
    ...triggers.map(({ type }) => type),
    ...metrics.flatMap(({ resource, containerResource }) =>
      [resource?.name, containerResource?.name].filter((name) => name !== undefined),
    ),
  ]);
}
