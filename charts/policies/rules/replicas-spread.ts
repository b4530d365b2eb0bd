import { type GraphObject, type LabGraph } from './lab-graph';
import { ownPodTemplates, type PodTemplate } from './pod-template';
import { type RuleViolation } from './rule';
import { scalersOf, targetOf } from './scaler';

/**
 * What may have several pods asks for them to be on different nodes: a node that is lost takes all
 * of them otherwise. What is always alone has nothing to spread.
 */
export function replicasSpread(graph: LabGraph): RuleViolation[] {
  const scaled = new Map(
    scalersOf(graph).map((scaler) => [targetOf(graph, scaler), scaler.maxReplicas]),
  );
  return ownPodTemplates(graph).flatMap((template) => {
    const { object } = template;
    if (!['Deployment', 'StatefulSet'].includes(object.manifest.kind)) return [];
    const most = Math.max(replicasOf(object), scaled.get(object) ?? 0);
    if (most <= 1 || spreadsItsOwn(template)) return [];
    return {
      path: object.path,
      message: `up to ${most} pods may all be on one node; add "topologySpreadConstraints" on "${HOST}" that select them, see constructs/spread-over-nodes`,
    };
  });
}

const HOST = 'kubernetes.io/hostname';

function replicasOf({ manifest }: GraphObject): number {
  const { replicas = 1 } = manifest.spec as { readonly replicas?: number };
  return replicas;
}

function spreadsItsOwn({ labels, spec }: PodTemplate): boolean {
  const { topologySpreadConstraints: constraints = [] } = spec;
  return constraints.some(
    ({ topologyKey, labelSelector: { matchLabels = {} } = {} }) =>
      topologyKey === HOST &&
      Object.keys(matchLabels).length > 0 &&
      Object.entries(matchLabels).every(([key, value]) => labels[key] === value),
  );
}
