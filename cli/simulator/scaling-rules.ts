/** Kubernetes' values of `selectPolicy`. */
export const SELECT_POLICIES = ['Max', 'Min', 'Disabled'] as const;

/** How far an HPA may go within one period: a number of pods, or a percentage of those it had. */
export interface ScalingPolicy {
  readonly type: 'Pods' | 'Percent';
  /** Minimum: 1. */
  readonly value: number;
  readonly periodSeconds: number;
}

/** How an HPA moves in one direction. */
export interface ScalingRules {
  /** Seconds over which the most cautious recommendation holds. */
  readonly stabilizationWindowSeconds: number;
  readonly policies: readonly ScalingPolicy[];
  /**
   * The policy that counts: the one that allows the largest change, the smallest one, or no change.
   *
   * @default 'Max'
   */
  readonly selectPolicy?: (typeof SELECT_POLICIES)[number];
}
