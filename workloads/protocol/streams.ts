import { REPLY_PREFIX, SUBJECTS } from './subjects';

const MIB = 1024 * 1024;

/**
 * What the bootstrap creates and what the charts and the autoscaler read.
 *
 * All `maxBytes` together, with those of the bucket, are less than the smallest store that the lab
 * accepts: requests that fill their stream leave room for the answers that empty it.
 */
export interface StreamSpec {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly storage: 'file' | 'memory';
  /** `workqueue` removes a message once it is acknowledged; `limits` keeps it until it is too old. */
  readonly retention: 'workqueue' | 'limits';
  readonly description: string;
  /** Oldest message kept, in seconds; absent means no limit. */
  readonly maxAgeSeconds?: number;
  /** Bytes kept. The server reserves them, so that no stream can take the room of another one. */
  readonly maxBytes: number;
  /** What a full stream does: drop the oldest message, or refuse the new one and say so. */
  readonly whenFull: 'drop-oldest' | 'refuse-new';
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
  // no limit on one message: what is too large is answered with an error, which the stream cannot do
  maxBytes: 64 * MIB,
  whenFull: 'refuse-new',
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
  maxBytes: 512 * MIB,
  whenFull: 'drop-oldest',
  // as long as answers live: a worker that was frozen may publish late
  duplicateWindowSeconds: 15 * 60,
};

/** Shared by all workers, so that JetStream spreads the requests and keeps the lag in one number. */
export const CONSUMER: ConsumerSpec = {
  durable: 'meme-generator',
  stream: MEMES_STREAM.name,
  filterSubject: SUBJECTS.request,
  ackWaitSeconds: 20,
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
  maxBytes: 32 * MIB,
  whenFull: 'drop-oldest',
  // a request whose answer cannot be published is given up again each time that it comes
  duplicateWindowSeconds: 15 * 60,
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
  maxBytes: 96 * MIB,
};

/** Stream and consumer of labs from before: workers count deliveries themselves by now. */
export const RETIRED_STREAMS: readonly string[] = ['MEME_ADVISORIES'];

/** All that has to be in NATS before a worker can work. */
export const DESIRED = {
  streams: [MEMES_STREAM, RESPONSES_STREAM, DEAD_STREAM],
  consumer: CONSUMER,
  bucket: IMAGES_BUCKET,
} as const;
