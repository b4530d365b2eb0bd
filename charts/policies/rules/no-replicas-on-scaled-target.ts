import { type LabGraph } from './lab-graph';
import { type RuleViolation } from './rule';
import { scalersOf, targetOf } from './scaler';

/** A scaled workload renders no `replicas`: every deployment would undo what the autoscaler did. */
export function noReplicasOnScaledTarget(graph: LabGraph): RuleViolation[] {
  return scalersOf(graph).flatMap((scaler) => {
    const target = targetOf(graph, scaler);
    const replicas = (target?.manifest.spec as { replicas?: number } | undefined)?.replicas;
    if (target === undefined || replicas === undefined) return [];
    return {
      path: target.path,
      message:
        `"spec.replicas" is ${replicas} while ${scaler.label} scales it; ` +
        'leave "replicas" out: call markHasAutoscaler() on the workload',
    };
  });
}
