import { type GraphObject, type LabGraph } from './lab-graph';
import { type RuleViolation } from './rule';

const BUILT_IN = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);

/** An object's namespace is in the lab and there before it, and so goes after it. */
export function namespaceBeforeObject(graph: LabGraph): RuleViolation[] {
  return graph.objects.flatMap((object) => {
    const { namespace } = object.manifest.metadata;
    if (namespace === undefined || BUILT_IN.has(namespace)) return [];
    return faultsOf(graph, object, namespace);
  });
}

function faultsOf(graph: LabGraph, object: GraphObject, namespace: string): RuleViolation[] {
  const owner = graph.find('Namespace', namespace);
  if (owner !== undefined && graph.dependsOn(object, owner)) return [];
  const message =
    owner === undefined
      ? `"metadata.namespace" is "${namespace}", which no chart makes; add it to the namespaces`
      : `"metadata.namespace" is "${namespace}" without a dependency on ${owner.path}; ` +
        `make the chart depend on ${owner.chart.name}`;
  return [{ path: object.path, message }];
}
