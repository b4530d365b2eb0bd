import { type ScalingRules } from '../../../../cli/simulator/scaling-rules';

/** What an HPA is given, as its specification names it. */
export interface DocumentedHpa {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly scaleUp: ScalingRules;
  readonly scaleDown: ScalingRules;
}

/**
 * The algorithm as the Kubernetes documentation ("Horizontal Pod Autoscaling", configurable scaling
 * behavior) tells it, over the whole history and in its own words: nothing is kept but what was
 * recommended and what was set.
 *
 * @param recommended what the metric asks for at each sync
 * @returns the replicas after each sync
 */
export function documentedReplicas(
  hpa: DocumentedHpa,
  from: number,
  recommended: readonly number[],
  periodSeconds: number,
): number[] {
  const set = [from];
  for (const [sync, wanted] of recommended.entries()) {
    const current = set[sync]!;
    const seen = (window: number) =>
      recommended.slice(0, sync).filter((_, past) => (sync - past) * periodSeconds < window);
    // "the stabilization window": up to the lowest, down to the highest of what was recommended in it
    const lowest = Math.min(wanted, ...seen(hpa.scaleUp.stabilizationWindowSeconds));
    const highestSeen = Math.max(wanted, ...seen(hpa.scaleDown.stabilizationWindowSeconds));
    let next = current;
    if (lowest > current) next = lowest;
    if (highestSeen < next) next = highestSeen;
    const change = (step: number) => set[step + 1]! - set[step]!;
    // "periodSeconds": what was changed within the period counts against the policy
    const before = (period: number) => {
      let start = current;
      for (let past = 0; past < sync; past++)
        if ((sync - past) * periodSeconds < period) start -= change(past);
      return start;
    };
    if (next > current)
      next = Math.min(next, hpa.maxReplicas, Math.max(current, allowed(hpa.scaleUp, 1)));
    else if (next < current)
      next = Math.max(next, hpa.minReplicas, Math.min(current, allowed(hpa.scaleDown, -1)));
    set.push(next);

    function allowed({ policies, selectPolicy = 'Max' }: ScalingRules, sign: 1 | -1): number {
      if (selectPolicy === 'Disabled') return current;
      const results = policies.map(({ type, value, periodSeconds: period }) => {
        const start = before(period);
        if (type === 'Pods') return start + sign * value;
        const scaled = start * (1 + (sign * value) / 100);
        return sign === 1 ? Math.ceil(scaled) : Math.trunc(scaled);
      });
      results.sort((a, b) => sign * (a - b));
      return selectPolicy === 'Max' ? results.at(-1)! : results[0]!;
    }
  }
  return set.slice(1);
}
