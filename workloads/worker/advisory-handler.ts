import { type NatsConnection, type NatsError, type StoredMsg } from 'nats';
import * as z from 'zod';
import { DEAD_REASONS } from '../protocol/headers';
import { type Answerer } from './answerer';
import { type Claims } from './claims';
import { type DeadLetters } from './dead-letters';
import { deriveId, type Delivery } from './delivery';
import { type Incoming } from './incoming';
import { type Logger } from '../process/logger';
import { parseRequest } from './parse-request';
import { readHeader } from './read-header';
import { RequestTrace } from './request-trace';

/** What turning an advisory into a dead letter needs. */
export interface AdvisoryHandlerOptions {
  readonly connection: NatsConnection;
  readonly claims: Claims;
  readonly answerer: Answerer;
  readonly deadLetters: DeadLetters;
  readonly log: Logger;
}

/** Part of what the server says about a message that was delivered as often as it may be. */
const advisorySchema = z.object({
  stream: z.string(),
  stream_seq: z.number().int().positive(),
  deliveries: z.number(),
});

const MESSAGE_NOT_FOUND = 10037;
const LOOK_AGAIN_MS = 5000;

/**
 * Takes requests out of the queue that no worker settled in any of their deliveries, for example
 * because each worker died of them. They become dead letters, and their clients get an answer.
 */
export class AdvisoryHandler {
  constructor(private readonly options: AdvisoryHandlerOptions) {}

  /**
   * Works on one advisory.
   *
   * @throws Error where a step is not confirmed; the advisory is then delivered again
   */
  async handle(delivery: Delivery, leaseMs: number, abort: AbortSignal): Promise<void> {
    const { connection, claims, answerer, deadLetters, log: parent } = this.options;
    const advisory = readAdvisory(delivery.text);
    if (advisory === undefined) {
      const start = delivery.text.slice(0, 80);
      parent.warn({ start }, 'what came as an advisory is none, dropping it');
      return delivery.terminate('not an advisory');
    }
    const { stream, stream_seq: sequence, deliveries } = advisory;
    const manager = await connection.jetstreamManager({ checkAPI: false });
    const message = await orGone(manager.streams.getMessage(stream, { seq: sequence }));
    if (!message) return delivery.ack();
    const request = stored(message, stream);
    const parsed = parseRequest(request);
    const log = parent.child({ id: parsed.id, source: 'advisory', sequence });
    const claim = await claims.take(parsed.key, `${stream}/${sequence}`, leaseMs, abort);
    try {
      if (claim.state === 'same-message' || claim.state === 'core') {
        return await delivery.again(LOOK_AGAIN_MS);
      }
      if (claim.state === 'mine' || claim.state === 'unknown') {
        const error =
          `gave up after ${deliveries} deliveries, none of which came to an end: ` +
          'the request may be what stops the worker';
        await deadLetters.keep({
          data: message.data,
          requestId: parsed.id,
          replyTo: parsed.replyTo,
          reason: DEAD_REASONS.maxDeliveries,
          error,
          deliveries,
          stream,
          sequence,
        });
        const now = Date.now();
        const times = { startedAtMs: now, queuedMs: now - message.time.getTime() };
        const trace = RequestTrace.begin(request, now, deliveries);
        trace.name(parsed.id);
        const own = { claim, ...times, abort, trace, log };
        const job = { names: parsed, source: 'jetstream', ...own } as const;
        await answerer.refuse(job, error, 'exhausted').finally(() => trace.end('error'));
      }
      await orGone(manager.streams.deleteMessage(stream, sequence));
      await delivery.ack();
    } finally {
      await claims.release(claim);
    }
  }
}

function readAdvisory(text: string): z.infer<typeof advisorySchema> | undefined {
  try {
    return advisorySchema.safeParse(JSON.parse(text)).data;
  } catch {
    // a subject is all that the server checks
    return undefined;
  }
}

function stored(message: StoredMsg, stream: string): Incoming {
  return {
    source: 'jetstream',
    text: new TextDecoder().decode(message.data),
    bytes: message.data.length,
    derivedId: deriveId(stream, message.seq, message.time.getTime()),
    header: (name) => readHeader(() => message.header, name),
  };
}

async function orGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if ((error as NatsError).api_error?.err_code === MESSAGE_NOT_FOUND) return undefined;
    throw error;
  }
}
