import { type LabGraph } from './lab-graph';
import { podTemplateOf } from './pod-template';
import { type RuleViolation } from './rule';
import { scalersOf, type Scaler } from './scaler';
import {
  policyOf,
  sizedResources,
  type VerticalScaler,
  verticalScalersOf,
} from './vertical-scaler';

/**
 * No resource is set by a VerticalPodAutoscaler on a workload that an HPA scales on the use of that
 * resource: a bigger request lowers the use, and each undoes what the other did.
 */
export function verticalAndHorizontalDisjoint(graph: LabGraph): RuleViolation[] {
  return verticalScalersOf(graph).flatMap((vertical) => {
    const { object, target } = vertical;
    const sized = resourcesSizedBy(graph, vertical);
    return scalersOf(graph)
      .filter((scaler) => isSameTarget(scaler, vertical))
      .flatMap((scaler) =>
        sized
          .filter((resource) => scaledResources(scaler).has(resource))
          .map((resource) => ({
            path: object.path,
            message:
              `VerticalPodAutoscaler "${object.manifest.metadata.name}" sets "${resource}" of ` +
              `${target.kind} "${target.name}", which ${scaler.label} ` +
              `(${scaler.object.path}) scales on "${resource}"; leave it out of ` +
              '"controlledResources", or scale on something else',
          })),
      );
  });
}

// init containers are not sized; those that no policy names are, in every resource
function resourcesSizedBy(graph: LabGraph, vertical: VerticalScaler): string[] {
  const { kind, name, namespace } = vertical.target;
  const target = graph.find(kind, name, namespace);
  const containers = (target && podTemplateOf(target)?.spec.containers) ?? [];
  const policies = containers.map((container) => policyOf(vertical, container.name));
  return [...new Set(policies.flatMap((policy) => (policy ? sizedResources(policy) : [])))];
}

function isSameTarget({ target }: Scaler, vertical: VerticalScaler): boolean {
  return (
    target.kind === vertical.target.kind &&
    target.name === vertical.target.name &&
    target.namespace === vertical.target.namespace
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
