/** What KEDA itself decides on: the step from zero and the step to zero. */
export interface ActivationProps {
  readonly minReplicas: number;
  /** Active while the metric is greater than this. */
  readonly activationThreshold: number;
  readonly cooldownPeriod: number;
}

/**
 * KEDA's part of scaling, one call for each look at the trigger (pkg/scaling/executor of KEDA 2.20):
 * from zero to one, or to the minimum, on the first look that finds the trigger active; to zero in
 * one step once the cooldown has passed since the last active look.
 */
export class Activation {
  private lastActive: number | undefined;

  constructor(private readonly props: ActivationProps) {}

  /**
   * @param now seconds
   * @param current replicas that the target asks for
   * @param metric value of the trigger
   * @returns replicas to set; `current` where KEDA leaves them to the HPA
   */
  poll(now: number, current: number, metric: number): number {
    const { minReplicas, activationThreshold, cooldownPeriod } = this.props;
    if (metric > activationThreshold) {
      // kept in the object's status, where a time has whole seconds
      this.lastActive = Math.floor(now);
      return current === 0 ? Math.max(1, minReplicas) : current;
    }
    if (current < minReplicas) return minReplicas;
    const cool = this.lastActive === undefined || this.lastActive + cooldownPeriod < now;
    return current > 0 && minReplicas === 0 && cool ? 0 : current;
  }
}
