import { type PodSet } from './pod-set';
import { type WorkQueue } from './work-queue';

/** What an autoscaler can see of the workload at a moment. */
export interface WorkloadState {
  /** Seconds since the load began. */
  readonly now: number;
  readonly pods: Pick<PodSet, 'wanted' | 'ready' | 'readySince'>;
  readonly queue: Pick<WorkQueue, 'lag' | 'inFlight'>;
}

/** Decides on the replicas of a workload. */
export interface Scaler {
  /**
   * Called in every step of time.
   *
   * @returns replicas that the workload shall ask for
   */
  step(state: WorkloadState): number;
}
