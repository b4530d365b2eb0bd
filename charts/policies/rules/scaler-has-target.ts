import { type LabGraph } from './lab-graph';
import { type RuleViolation } from './rule';
import { scalersOf, targetOf } from './scaler';

/** Every autoscaler's target is in the lab, and is there before its autoscaler. */
export function scalerHasTarget(graph: LabGraph): RuleViolation[] {
  return scalersOf(graph).flatMap((scaler) => {
    const { kind, name, namespace } = scaler.target;
    const target = targetOf(graph, scaler);
    if (target !== undefined && graph.dependsOn(scaler.object, target)) return [];
    const problem = target === undefined ? 'which does not exist' : 'which it does not depend on';
    return {
      path: scaler.object.path,
      message:
        `${scaler.label} scales ${kind} "${name}" in "${namespace}", ${problem}; ` +
        'pass the workload itself as its target',
    };
  });
}
