import { CONSUMER } from '../../../workloads/protocol/streams';
import { type LabGraph } from './lab-graph';
import { numberFromEnv, podTemplateOf } from './pod-template';
import { type RuleViolation } from './rule';
import { scalersOf, targetOf } from './scaler';

/** The consumer lets out enough messages for every worker: `max_ack_pending` is one limit for all. */
export function ackPendingCoversWorkers(graph: LabGraph): RuleViolation[] {
  return scalersOf(graph).flatMap((scaler) => {
    const target = targetOf(graph, scaler);
    const template = target && podTemplateOf(target);
    const concurrency = template && numberFromEnv(template, 'WORKER_CONCURRENCY');
    if (concurrency === undefined) return [];
    const needed = scaler.maxReplicas * concurrency;
    if (CONSUMER.maxAckPending >= needed) return [];
    return {
      path: scaler.object.path,
      message:
        `${scaler.maxReplicas} replicas x ${concurrency} at a time need ${needed} messages in work, and the ` +
        `consumer "${CONSUMER.durable}" allows ${CONSUMER.maxAckPending}; the rest would idle: ` +
        'lower "maxReplicas" or "workerConcurrency"',
    };
  });
}
