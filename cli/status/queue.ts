import { CONSUMER, MEMES_STREAM } from '../../workloads/protocol/streams';

/** What `status` reads from the monitoring endpoint of NATS, `/jsz?consumers=true`. */
export interface JetStreamInfo {
  readonly account_details?: readonly {
    readonly stream_detail?: readonly {
      readonly name: string;
      readonly consumer_detail?: readonly {
        readonly name: string;
        readonly num_pending: number;
        readonly num_ack_pending: number;
      }[];
    }[];
  }[];
}

/** The queue that the worker scales on, or why it cannot be measured. */
export type QueueStatus =
  | { readonly measured: true; readonly waiting: number; readonly inWork: number }
  | { readonly measured: false; readonly reason: string };

/** Finds the queue in what NATS answered; nothing means that it did not answer. */
export function queueStatus(info: JetStreamInfo | undefined): QueueStatus {
  if (!info) return { measured: false, reason: 'the monitoring endpoint of NATS does not answer' };
  const streams = (info.account_details ?? []).flatMap((account) => account.stream_detail ?? []);
  const stream = streams.find(({ name }) => name === MEMES_STREAM.name);
  if (!stream) return { measured: false, reason: `stream "${MEMES_STREAM.name}" is missing` };
  const consumer = stream.consumer_detail?.find(({ name }) => name === CONSUMER.durable);
  if (!consumer) return { measured: false, reason: `consumer "${CONSUMER.durable}" is missing` };
  return { measured: true, waiting: consumer.num_pending, inWork: consumer.num_ack_pending };
}

/** The queue in one line. */
export function queueLine(queue: QueueStatus): string {
  return queue.measured
    ? `queue: ${queue.waiting} waiting, ${queue.inWork} being made`
    : `queue: not measured, ${queue.reason}`;
}
