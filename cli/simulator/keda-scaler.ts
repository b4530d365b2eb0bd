import { Activation } from './activation';
import { HorizontalPodAutoscaler } from './horizontal-pod-autoscaler';
import { Periodic } from './periodic';
import { averageValueReplicas } from './recommendation';
import { type Scaler, type WorkloadState } from './scaler';
import { type Scenario } from './scenario';

/** The number that a trigger hands to KEDA, and how much of it one replica is for. */
export interface Trigger {
  /** Called in every step of time; a number that is taken now and then stays as it was in between. */
  readonly read: (state: WorkloadState) => number;
  /** Target per replica. */
  readonly threshold: number;
  readonly activationThreshold: number;
}

/** A ScaledObject: KEDA between zero and one, and its HPA above. */
export class KedaScaler implements Scaler {
  private readonly polls: Periodic;
  private readonly syncs: Periodic;
  private readonly activation: Activation;
  private readonly hpa: HorizontalPodAutoscaler;

  /**
   * @param isFrozen whether the HPA has stopped, as two on one workload do
   */
  constructor(
    private readonly scenario: Scenario,
    private readonly trigger: Trigger,
    private readonly isFrozen = false,
  ) {
    const { minReplicas, phases } = scenario;
    this.polls = new Periodic(scenario.pollingInterval, phases.poll);
    this.syncs = new Periodic(scenario.hpaSyncPeriod, phases.sync);
    this.activation = new Activation({
      minReplicas,
      activationThreshold: trigger.activationThreshold,
      cooldownPeriod: scenario.cooldownPeriod,
    });
    this.hpa = new HorizontalPodAutoscaler({ ...scenario, minReplicas: Math.max(1, minReplicas) });
    this.hpa.rest(phases.sync, scenario.hpaSyncPeriod, minReplicas, 0);
  }

  step(state: WorkloadState): number {
    const metric = this.trigger.read(state);
    let replicas = state.pods.wanted;
    const polled = this.polls.due(state.now);
    if (polled !== undefined) replicas = this.activation.poll(polled, replicas, metric);
    const synced = this.syncs.due(state.now);
    if (synced !== undefined && replicas > 0 && !this.isFrozen) {
      const { threshold } = this.trigger;
      const wanted = averageValueReplicas(metric, threshold, replicas, this.scenario.hpaTolerance);
      replicas = this.hpa.sync(synced, replicas, wanted);
    }
    return replicas;
  }
}
