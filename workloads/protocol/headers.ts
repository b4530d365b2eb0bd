/** Message headers of the meme generator. */
export const HEADERS = {
  /** NATS drops a second message with the same value within the stream's window. */
  messageId: 'Nats-Msg-Id',
  /** Subject of a private reply; the field `reply_to` of the request says the same. */
  replyTo: 'reply_to',
  /** On a request that is sent again from the dead letters: tells this attempt from the first. */
  replay: 'Meme-Replay',
  /** On an answer, a dead letter or a request that is sent again: the id of the request. */
  requestId: 'Meme-Request-Id',
  /** On a dead letter: one of {@link DEAD_REASONS}. */
  reason: 'Meme-Reason',
  /** On a dead letter: the error in words. */
  error: 'Meme-Error',
  /** On a dead letter: how often the request was delivered. */
  deliveries: 'Meme-Deliveries',
  /** On a dead letter: sequence of the request in its stream. */
  sequence: 'Meme-Sequence',
  /** W3C trace context of who published the message, see `trace-context.ts`. */
  traceparent: 'traceparent',
} as const;

/** Why a request was given up. */
export const DEAD_REASONS = {
  /** Every attempt failed. */
  exhausted: 'exhausted',
  /** The generator refused it for good. */
  refused: 'refused',
  /** It was delivered as often as it may be and never settled: it may kill the worker. */
  maxDeliveries: 'max-deliveries',
} as const;

/** One of {@link DEAD_REASONS}. */
export type DeadReason = (typeof DEAD_REASONS)[keyof typeof DEAD_REASONS];
