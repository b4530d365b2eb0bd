import { type LabGraph } from './lab-graph';
import { type RuleViolation } from './rule';
import { isExcepted } from './rule-exception';
import { type Scaler, scalersOf } from './scaler';

const RULE = 'one-scaler-per-target';

/**
 * One autoscaler per workload: two make both stop with `AmbiguousSelector`, and nobody scales. An
 * excepted scaler does not count, and an exception that nothing needs is wrong as well.
 */
export function oneScalerPerTarget(graph: LabGraph): RuleViolation[] {
  const byTarget = new Map<string, Scaler[]>();
  for (const scaler of scalersOf(graph)) {
    const { kind, name, namespace } = scaler.target;
    const key = `${kind} "${name}" in "${namespace}"`;
    byTarget.set(key, [...(byTarget.get(key) ?? []), scaler]);
  }
  return [...byTarget].flatMap(([target, scalers]) => {
    const excepted = scalers.filter(({ object }) =>
      isExcepted(RULE, object.manifest.metadata.annotations),
    );
    const [first, ...others] = scalers.filter((scaler) => !excepted.includes(scaler));
    if (first === undefined || scalers.length === 1) {
      return excepted.map(({ object, label }) => ({
        path: object.path,
        message:
          `${label} has an exception from "${RULE}", and no other scaler without one scales ${target}; ` +
          'remove the exception',
      }));
    }
    return others.map((scaler) => ({
      path: scaler.object.path,
      message:
        `${scaler.label} scales ${target}, and so does ${first.label} (${first.object.path}); ` +
        'remove one, or put both triggers into one ScaledObject',
    }));
  });
}
