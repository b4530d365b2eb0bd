import { type Duration } from 'cdk8s';
import { requireInteger } from './bounds';
import { wholeSeconds } from './whole-seconds';

const MAX_PERIOD_SECONDS = 1800;
/** As far back as Kubernetes lets an HPA look. */
export const MAX_WINDOW_SECONDS = 3600;

/** How far an HPA may go within one period. */
export class ScalingPolicy {
  /**
   * @param count pods added or removed. Minimum: 1.
   * @param period Allowed: 1 second to 30 minutes.
   */
  static pods(count: number, period: Duration): ScalingPolicy {
    return new ScalingPolicy('Pods', count, period);
  }

  /**
   * @param percent of the pods that there are. Minimum: 1.
   * @param period Allowed: 1 second to 30 minutes.
   */
  static percent(percent: number, period: Duration): ScalingPolicy {
    return new ScalingPolicy('Percent', percent, period);
  }

  private readonly periodSeconds: number;

  private constructor(
    private readonly type: 'Pods' | 'Percent',
    private readonly value: number,
    period: Duration,
  ) {
    requireInteger('value', value, {
      min: 1,
      hint: 'a policy of 0 would forbid this direction; leave the policy out instead',
    });
    this.periodSeconds = wholeSeconds('period', period, {
      min: 1,
      max: MAX_PERIOD_SECONDS,
      hint: 'give the seconds over which the policy counts',
    });
  }

  /** The policy as the HPA API writes it. */
  toManifest(): object {
    return { type: this.type, value: this.value, periodSeconds: this.periodSeconds };
  }
}

/** How an HPA moves in one direction. */
export interface ScalingRules {
  /**
   * The HPA acts on the most cautious proposal of this window. Allowed: 0 to 1 hour.
   *
   * @default - Kubernetes' own: 0 upwards, 5 minutes downwards
   */
  readonly stabilizationWindow?: Duration;
  /**
   * Of several policies, the one that allows the larger change wins.
   *
   * @default - Kubernetes' own: upwards 4 pods or 100 % per 15 seconds, downwards 100 % per 15 seconds
   */
  readonly policies?: readonly ScalingPolicy[];
}

/**
 * The rules as the HPA API writes them.
 *
 * @param field the property's name, for the message
 * @throws where the window is out of bounds or the list of policies is empty
 */
export function scalingRulesManifest(field: string, rules: ScalingRules): object {
  if (rules.policies?.length === 0) {
    throw new Error(
      `"${field}.policies" is an empty list; give at least one policy, or leave it out for the default`,
    );
  }
  return {
    stabilizationWindowSeconds:
      rules.stabilizationWindow &&
      wholeSeconds(`${field}.stabilizationWindow`, rules.stabilizationWindow, {
        min: 0,
        max: MAX_WINDOW_SECONDS,
        hint: 'give the seconds for which the autoscaler waits before it believes a proposal',
      }),
    policies: rules.policies?.map((policy) => policy.toManifest()),
  };
}
