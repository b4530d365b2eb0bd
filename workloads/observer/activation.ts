import { type QueueState } from '../protocol/lab-state';
import { CONSUMER } from '../protocol/streams';
import { type ScaledObject, type Trigger } from './kube-objects';

/** When KEDA itself scales from zero and to zero; its HorizontalPodAutoscaler does the steps between. */
export interface Activation {
  /** `activationLagThreshold`: up to this lag KEDA keeps a workload inactive. */
  readonly lag: number;
  /** Replicas that KEDA scales an inactive workload to. */
  readonly activeReplicas: number;
  /** Replicas of an inactive workload. */
  readonly idleReplicas: number;
}

/** Reads it from a ScaledObject; what that leaves out has KEDA's defaults. */
export function activationOf({ spec }: ScaledObject): Activation {
  const { minReplicaCount = 0, idleReplicaCount = minReplicaCount, triggers = [] } = spec ?? {};
  const trigger = triggers.find(isTriggerOnQueue);
  return {
    lag: Number(trigger?.metadata?.activationLagThreshold ?? 0) || 0,
    activeReplicas: Math.max(1, minReplicaCount),
    idleReplicas: idleReplicaCount,
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
