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
  /** The policy that allows the largest change wins. */
  readonly policies: readonly ScalingPolicy[];
}

/** What Kubernetes assumes upwards: four pods or twice as many every 15 seconds, at once. */
export const DEFAULT_SCALE_UP: ScalingRules = {
  stabilizationWindowSeconds: 0,
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};

/** What Kubernetes assumes downwards: all pods, after five minutes. */
export const DEFAULT_SCALE_DOWN: ScalingRules = {
  stabilizationWindowSeconds: 300,
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};
