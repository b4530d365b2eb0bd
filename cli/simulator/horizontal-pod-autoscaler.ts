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
      const limit = Math.max(
        ...scaleUp.policies.map((policy) => {
          const start = this.atPeriodStart(now, current, policy);
          return policy.type === 'Pods'
            ? start + policy.value
            : Math.ceil(start * (1 + policy.value / 100));
        }),
      );
      return Math.min(desired, maxReplicas, Math.max(limit, current));
    }
    if (desired < current) {
      const limit = Math.min(
        ...scaleDown.policies.map((policy) => {
          const start = this.atPeriodStart(now, current, policy);
          return policy.type === 'Pods'
            ? start - policy.value
            : Math.trunc(start * (1 - policy.value / 100));
        }),
      );
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
    if (replicas > current) {
      this.ups = after(this.ups, now - longestPeriod(this.props.scaleUp));
      this.ups.push({ at: now, replicas: replicas - current });
    } else if (replicas < current) {
      this.downs = after(this.downs, now - longestPeriod(this.props.scaleDown));
      this.downs.push({ at: now, replicas: current - replicas });
    }
    return replicas;
  }
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
