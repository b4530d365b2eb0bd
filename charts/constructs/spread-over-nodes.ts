import { ApiObject, JsonPatch } from 'cdk8s';
import { type Deployment, type k8s } from 'cdk8s-plus-28';

/**
 * Asks for the other replicas of a pod to be on other nodes, as far as there are any: one node that is lost
 * should not take all of them, and a cluster of one node must still be able to run them.
 *
 * @param labels what selects the pods
 */
export function topologySpread(
  labels: Readonly<Record<string, string>>,
): k8s.TopologySpreadConstraint[] {
  return [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: labels },
    },
  ];
}

/** The same for a Deployment of cdk8s-plus, which knows no such constraints. */
export function spreadOverNodes(
  deployment: Deployment,
  labels: Readonly<Record<string, string>>,
): void {
  ApiObject.of(deployment).addJsonPatch(
    JsonPatch.add('/spec/template/spec/topologySpreadConstraints', topologySpread(labels)),
  );
}
