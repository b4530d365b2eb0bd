import { SUBJECTS } from './subjects';

/** What the bootstrap creates and what the charts and the autoscaler read. */
export interface StreamSpec {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly storage: 'file' | 'memory';
  /** `workqueue` removes a message once it is acknowledged; `limits` keeps it until it is too old. */
  readonly retention: 'workqueue' | 'limits';
  readonly description: string;
  /** Oldest message kept, in seconds; absent means no limit. */
  readonly maxAgeSeconds?: number;
  /** Bytes kept, oldest dropped first; absent means no limit. */
  readonly maxBytes?: number;
  /** Within this window a second message with the same `Nats-Msg-Id` is dropped. */
  readonly duplicateWindowSeconds: number;
}

/** The durable pull consumer that all workers share. */
export interface ConsumerSpec {
  readonly durable: string;
  readonly stream: string;
  readonly filterSubject: string;
  /** A message that is neither acknowledged nor renewed for this long is delivered again. */
  readonly ackWaitSeconds: number;
  /** Deliveries of one message, the first included. */
  readonly maxDeliver: number;
  /** Unacknowledged messages over all workers; at least max replicas x worker concurrency. */
  readonly maxAckPending: number;
}

/** Requests: one message per meme, removed when it has been answered. */
export const MEMES_STREAM: StreamSpec = {
  name: 'MEMES',
  subjects: [SUBJECTS.request],
  storage: 'file',
  retention: 'workqueue',
  description: 'meme requests waiting for a worker',
  duplicateWindowSeconds: 120,
};

/** Answers, replayable for a while, so that a client that was away still gets its meme. */
export const RESPONSES_STREAM: StreamSpec = {
  name: 'MEME_RESPONSES',
  subjects: [SUBJECTS.response, SUBJECTS.error],
  storage: 'file',
  retention: 'limits',
  description: 'finished memes and failures, replayable for 15 minutes',
  maxAgeSeconds: 15 * 60,
  maxBytes: 512 * 1024 * 1024,
  duplicateWindowSeconds: 120,
};

/** Shared by all workers, so that JetStream spreads the requests and keeps the lag in one number. */
export const CONSUMER: ConsumerSpec = {
  durable: 'meme-generator',
  stream: MEMES_STREAM.name,
  filterSubject: SUBJECTS.request,
  ackWaitSeconds: 20,
  maxDeliver: 5,
  maxAckPending: 1000,
};
