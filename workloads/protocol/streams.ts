import { maxDeliveriesAdvisory, REPLY_PREFIX, SUBJECTS } from './subjects';

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
  /** Largest message, headers included, in bytes; absent means no limit but the server's. */
  readonly maxMessageBytes?: number;
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
  // room for any prompt that is only too long, and none for who would fill the disk
  maxMessageBytes: 256 * 1024,
  duplicateWindowSeconds: 120,
};

/** Answers, replayable for a while, so that a client that was away still gets its meme. */
export const RESPONSES_STREAM: StreamSpec = {
  name: 'MEME_RESPONSES',
  subjects: [SUBJECTS.response, SUBJECTS.error, `${REPLY_PREFIX}>`],
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

/** Requests that were given up, for a person to look at and to send again. */
export const DEAD_STREAM: StreamSpec = {
  name: 'MEME_DEAD',
  subjects: [SUBJECTS.dead],
  storage: 'file',
  retention: 'limits',
  description: 'requests that were given up, with the reason',
  maxAgeSeconds: 7 * 24 * 3600,
  maxBytes: 32 * 1024 * 1024,
  duplicateWindowSeconds: 120,
};

/**
 * What the server says about requests that no worker settled, kept until a worker looks at it. No
 * autoscaler reads it: at zero workers it waits for the next request to bring one.
 */
export const ADVISORIES_STREAM: StreamSpec = {
  name: 'MEME_ADVISORIES',
  subjects: [maxDeliveriesAdvisory(MEMES_STREAM.name, CONSUMER.durable)],
  storage: 'file',
  retention: 'workqueue',
  description: 'requests delivered as often as they may be, waiting to become dead letters',
  maxAgeSeconds: 7 * 24 * 3600,
  maxBytes: 4 * 1024 * 1024,
  duplicateWindowSeconds: 120,
};

/** Shared by all workers: each advisory is looked at by one of them. */
export const ADVISORIES_CONSUMER: ConsumerSpec = {
  durable: 'dead-letters',
  stream: ADVISORIES_STREAM.name,
  filterSubject: ADVISORIES_STREAM.subjects[0]!,
  ackWaitSeconds: 20,
  maxDeliver: 100,
  maxAckPending: 100,
};

/** An object store bucket. */
export interface BucketSpec {
  readonly name: string;
  readonly description: string;
  /** Oldest object kept, in seconds. */
  readonly maxAgeSeconds: number;
  /** Bytes kept; a full bucket refuses objects. */
  readonly maxBytes: number;
}

/** Pictures too large for one message. */
export const IMAGES_BUCKET: BucketSpec = {
  name: 'meme-images',
  description: 'pictures too large for one message, kept for 15 minutes',
  maxAgeSeconds: 15 * 60,
  maxBytes: 192 * 1024 * 1024,
};
