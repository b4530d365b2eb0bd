import { type QueueState } from '../protocol/lab-state';
import { CONSUMER } from '../protocol/streams';
import { type ScaledObject, type Trigger } from './kube-objects';

/** The steps from zero and to it, which are KEDA's own; those between are its HorizontalPodAutoscaler's. */
export interface Activation {
  /** `activationLagThreshold`: up to this lag KEDA leaves a workload asleep, and puts it to sleep. */
  readonly lag: number;
  /** The replicas that KEDA wakes a workload to. */
  readonly wakesTo: number;
  /** The replicas of a workload that KEDA put to sleep. */
  readonly restsAt: number;
}

/** Reads it from a ScaledObject; what that leaves out has KEDA's defaults. */
export function activationOf({ spec }: ScaledObject): Activation {
  const { minReplicaCount = 0, idleReplicaCount = minReplicaCount, triggers = [] } = spec ?? {};
  const trigger = triggers.find(isTriggerOnQueue);
  return {
    lag: Number(trigger?.metadata?.activationLagThreshold ?? 0) || 0,
    wakesTo: Math.max(1, minReplicaCount),
    restsAt: idleReplicaCount,
  };
}

/** Whether KEDA reads the worker's queue for this trigger. */
export function isTriggerOnQueue({ type, metadata }: Trigger): boolean {
  return (
    type === 'nats-jetstream' &&
    metadata?.stream === CONSUMER.stream &&
    metadata.consumer === CONSUMER.durable
  );
}

/** What KEDA counts: what waits and what is worked on. Nothing where the queue cannot be read. */
export function lagOf(queue: QueueState): number | undefined {
  return queue.known ? queue.pending + queue.inFlight : undefined;
}

/** Whether more waits than KEDA lets wait; not known is not more. */
export function isLagAbove(queue: QueueState, activationLag: number): boolean {
  return (lagOf(queue) ?? 0) > activationLag;
}
