import { CONSUMER } from '../../../workloads/protocol/streams';
import { type LabGraph } from './lab-graph';
import { type RuleViolation } from './rule';
import { scalersOf } from './scaler';

/** The cooldown outlasts the ack wait: a dead pod's message comes back before the last pod goes. */
export function cooldownExceedsAckWait(graph: LabGraph): RuleViolation[] {
  return scalersOf(graph).flatMap(({ object, label, cooldownPeriod, triggers }) => {
    const readsConsumer = triggers.some(({ metadata }) =>
      Object.values(metadata).some((value) => value.includes(CONSUMER.durable)),
    );
    if (!readsConsumer || cooldownPeriod === undefined) return [];
    if (cooldownPeriod > CONSUMER.ackWaitSeconds) return [];
    return {
      path: object.path,
      message:
        `"cooldownPeriod" of ${label} is ${cooldownPeriod} seconds; it must be greater than the ack wait ` +
        `of the consumer "${CONSUMER.durable}", ${CONSUMER.ackWaitSeconds} seconds: raise the cooldown`,
    };
  });
}
