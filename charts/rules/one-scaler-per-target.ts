import { type LabGraph } from './lab-graph';
import { type RuleViolation } from './rule';
import { type Scaler, scalersOf } from './scaler';

/** One autoscaler per workload: two make both stop with `AmbiguousSelector`, and nobody scales. */
export function oneScalerPerTarget(graph: LabGraph): RuleViolation[] {
  const byTarget = new Map<string, Scaler[]>();
  for (const scaler of scalersOf(graph)) {
    const { kind, name, namespace } = scaler.target;
    const key = `${kind} "${name}" in "${namespace}"`;
    byTarget.set(key, [...(byTarget.get(key) ?? []), scaler]);
  }
  return [...byTarget].flatMap(([target, [first, ...others]]) =>
    others.map((scaler) => ({
      path: scaler.object.path,
      message:
        `${scaler.label} scales ${target}, and so does ${first.label} (${first.object.path}); ` +
        'remove one, or put both triggers into one ScaledObject',
    })),
  );
}
