import { type ScalingPolicy, type ScalingRules } from './scaling-rules';

/** Bounds and rules of one HPA. */
export interface HorizontalPodAutoscalerProps {
  /** Minimum: 1; an HPA leaves a target at zero alone. */
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly scaleUp: ScalingRules;
  readonly scaleDown: ScalingRules;
}

interface Moment {
  readonly at: number;
  readonly replicas: number;
}

/**
 * What the HPA controller of Kubernetes 1.35 makes of a recommendation: stabilization windows first,
 * then policies, then bounds (pkg/controller/podautoscaler/horizontal.go).
 */
export class HorizontalPodAutoscaler {
  private recommendations: Moment[] = [];
  private ups: Moment[] = [];
  private downs: Moment[] = [];

  constructor(private readonly props: HorizontalPodAutoscalerProps) {}

  /**
   * One sync.
   *
   * @param now seconds for which the sync was due; never less than in the call before
   * @param current replicas that the target asks for
   * @param recommended replicas that the metric asks for
   * @returns replicas to set; `current` where nothing changes
   */
  sync(now: number, current: number, recommended: number): number {
    const { minReplicas, maxReplicas } = this.props;
    if (current === 0) return 0;
    if (current > maxReplicas) return this.moved(now, current, maxReplicas);
    if (current < minReplicas) return this.moved(now, current, minReplicas);
    const desired = this.stabilized(now, current, recommended);
    return this.moved(now, current, this.limited(now, current, desired));
  }

  /**
   * What the controller recorded before the load while nothing happened: one recommendation for each
   * sync, as far back as a stabilization window looks.
   *
   * @param sync when the first sync after the start of the load is due
   * @param period seconds between two syncs
   * @param current replicas at rest; an HPA records nothing for a target at zero
   * @param recommended replicas that the metric asks for at rest
   */
  rest(sync: number, period: number, current: number, recommended: number): void {
    if (current === 0) return;
    const { scaleUp, scaleDown } = this.props;
    const window = Math.max(
      scaleUp.stabilizationWindowSeconds,
      scaleDown.stabilizationWindowSeconds,
    );
    for (let count = Math.ceil(window / period); count > 0; count--)
      this.recommendations.push({ at: sync - count * period, replicas: recommended });
  }

  private stabilized(now: number, current: number, recommended: number): number {
    const { scaleUp, scaleDown } = this.props;
    const upSince = now - scaleUp.stabilizationWindowSeconds;
    const downSince = now - scaleDown.stabilizationWindowSeconds;
    let up = recommended;
    let down = recommended;
    for (const { at, replicas } of this.recommendations) {
      if (isAfter(at, upSince)) up = Math.min(up, replicas);
      if (isAfter(at, downSince)) down = Math.max(down, replicas);
    }
    this.recommendations = after(this.recommendations, Math.min(upSince, downSince));
    this.recommendations.push({ at: now, replicas: recommended });
    return Math.min(Math.max(current, up), down);
  }

  private limited(now: number, current: number, desired: number): number {
    const { minReplicas, maxReplicas, scaleUp, scaleDown } = this.props;
    if (desired > current) {
      const limit = selected(scaleUp, current, 'up', (policy) => {
        const start = this.atPeriodStart(now, current, policy);
        return policy.type === 'Pods'
          ? start + policy.value
          : // as the controller computes it, so that the ceiling falls on the same side
            Math.ceil(start * (1 + policy.value / 100));
      });
      return Math.min(desired, maxReplicas, Math.max(limit, current));
    }
    if (desired < current) {
      const limit = selected(scaleDown, current, 'down', (policy) => {
        const start = this.atPeriodStart(now, current, policy);
        return policy.type === 'Pods'
          ? start - policy.value
          : Math.trunc(start * (1 - policy.value / 100));
      });
      return Math.max(desired, minReplicas, Math.min(limit, current));
    }
    return desired;
  }

  private atPeriodStart(now: number, current: number, { periodSeconds }: ScalingPolicy): number {
    const sum = (moments: readonly Moment[]) =>
      moments.reduce(
        (total, { at, replicas }) => (isAfter(at, now - periodSeconds) ? total + replicas : total),
        0,
      );
    return current - sum(this.ups) + sum(this.downs);
  }

  private moved(now: number, current: number, replicas: number): number {
    const { scaleUp, scaleDown } = this.props;
    // the policies of each direction count the changes of both
    const cutoff = now - Math.max(longestPeriod(scaleUp), longestPeriod(scaleDown));
    if (replicas > current) {
      this.ups = after(this.ups, cutoff);
      this.ups.push({ at: now, replicas: replicas - current });
    } else if (replicas < current) {
      this.downs = after(this.downs, cutoff);
      this.downs.push({ at: now, replicas: current - replicas });
    }
    return replicas;
  }
}

/** The limit of the policy that counts; `Disabled` allows no move at all. */
function selected(
  { policies, selectPolicy = 'Max' }: ScalingRules,
  current: number,
  direction: 'up' | 'down',
  limitOf: (policy: ScalingPolicy) => number,
): number {
  if (selectPolicy === 'Disabled') return current;
  const limits = policies.map(limitOf);
  // the largest change is the highest limit upwards and the lowest downwards
  return (selectPolicy === 'Max') === (direction === 'up')
    ? Math.max(...limits)
    : Math.min(...limits);
}

function after(moments: readonly Moment[], cutoff: number): Moment[] {
  return moments.filter(({ at }) => isAfter(at, cutoff));
}

// phases are fractions, so that two syncs a period apart differ from it in the last digit
function isAfter(at: number, cutoff: number): boolean {
  return at - cutoff > 1e-6;
}

function longestPeriod({ policies }: ScalingRules): number {
  return Math.max(...policies.map(({ periodSeconds }) => periodSeconds));
}
