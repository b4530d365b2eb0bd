import { type GraphObject, type LabGraph } from './lab-graph';
import { type RuleViolation } from './rule';

/** Groups whose operators are the cluster's own: the program looks for them before it plans anything. */
const GROUPS_OF_THE_CLUSTER: readonly string[] = ['monitoring.coreos.com'];

/**
 * A custom resource comes after its definition and after the Deployments that serve it. Since
 * removal goes the other way, its finalizer also finds its operator. What the cluster itself brings is
 * there already.
 */
export function customResourceAfterOperator(graph: LabGraph): RuleViolation[] {
  return graph.objects
    .filter(({ manifest }) => isCustom(graph, groupOf(manifest.apiVersion)))
    .flatMap((object) => faultsOf(graph, object));
}

function faultsOf(graph: LabGraph, object: GraphObject): RuleViolation[] {
  const { apiVersion, kind } = object.manifest;
  const definition = definitionOf(graph, groupOf(apiVersion), kind);
  if (definition === undefined) {
    const message = `no chart defines ${kind} of "${apiVersion}"; add the operator's release to the lab`;
    return [{ path: object.path, message }];
  }
  const operator = definition.chart.objects.filter(
    ({ manifest }) => manifest.kind === 'Deployment',
  );
  return [definition, ...operator]
    .map(({ path }) => graph.objects.find((candidate) => candidate.path === path))
    .filter((needed) => needed !== undefined)
    .filter((needed) => !graph.dependsOn(object, needed))
    .map((needed) => ({
      path: object.path,
      message: `${kind} does not depend on ${needed.path}; make its chart depend on ${needed.chart.name}`,
    }));
}

function definitionOf(graph: LabGraph, group: string, kind: string): GraphObject | undefined {
  return graph.ofKind('CustomResourceDefinition').find(({ manifest }) => {
    const spec = manifest.spec as { group: string; names: { kind: string } };
    return spec.group === group && spec.names.kind === kind;
  });
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
}

// Kubernetes' own groups have no dot (apps, batch) or end in k8s.io; its add-ons' do so too
function isCustom(graph: LabGraph, group: string): boolean {
  if (GROUPS_OF_THE_CLUSTER.includes(group)) return false;
  if (group.includes('.') && !group.endsWith('.k8s.io')) return true;
  return graph
    .ofKind('CustomResourceDefinition')
    .some(({ manifest }) => (manifest.spec as { group: string }).group === group);
}
