import { DEAD_REASONS, type DeadReason } from '../protocol/headers';
import { type Answerer, type Job } from './answerer';
import { backoffMs } from '../process/backoff';
import { type Claim, type Claims } from './claims';
import { type ConsumerLimits } from './consumer-loop';
import { type DeadLetters } from './dead-letters';
import { type Delivery } from './delivery';
import { CannotDrawError, GeneratorError } from './generator';
import { type GiveBacks } from './give-backs';
import { type Logger } from '../process/logger';
import { type ErrorReason, type Outcome, type WorkerMetrics } from './metrics';
import { checkRequest } from './parse-request';
import { Rejection } from './rejection';
import { readNames, type ReadRequest } from './request-names';
import { RequestTrace } from './request-trace';
import { ClaimLostError, PublishError } from './responder';
import { sleep } from '../process/sleep';
import { type Slots } from './slots';

/** What a request of the durable consumer needs on its way. */
export interface RequestHandlerOptions {
  readonly claims: Claims;
  readonly giveBacks: GiveBacks;
  readonly answerer: Answerer;
  readonly deadLetters: DeadLetters;
  /** Attempts at one request. */
  readonly maxDeliveries: number;
  /** Shared with the other path, so that both together make no more than the worker may. */
  readonly slots: Slots;
  readonly metrics: WorkerMetrics;
  readonly log: Logger;
}

interface Work extends Job {
  readonly read: ReadRequest;
  readonly delivery: Delivery;
  /** Attempts at the request, this one included. */
  readonly attempt: number;
  readonly maxAttempts: number;
}

const RETRY_BACKOFF = { firstMs: 1000, maxMs: 15_000 };
const LOOK_AGAIN = { firstMs: 50, maxMs: 500 };
const CANNOT_DRAW_PAUSE_MS = 1000;
/**
 * Without Redis, deliveries that were no attempt cannot be told from those that were. A request that
 * kills its worker is then tried more often; the others are not given up for having waited.
 */
const BLIND_ALLOWANCE = 4;

/** Part of the acknowledgement wait that a claim holds without renewal. */
const LEASE_SHARE = 0.75;

/** How long a claim holds without renewal, in whole milliseconds: Redis takes no others. */
export function leaseMsOf({ ackWaitMs }: ConsumerLimits): number {
  // shorter than the acknowledgement wait: once a dead worker's message comes again, its claim is gone
  return Math.max(1, Math.floor(ackWaitMs * LEASE_SHARE));
}

/** Takes one request from its delivery to its answer, and settles the delivery accordingly. */
export class RequestHandler {
  constructor(private readonly options: RequestHandlerOptions) {}

  /**
   * Works on a delivery.
   *
   * @param abort gives the work back
   * @throws Error where the server does not confirm how the delivery was settled
   */
  async handle(delivery: Delivery, limits: ConsumerLimits, abort: AbortSignal): Promise<void> {
    const { metrics } = this.options;
    const { count, publishedAtMs } = delivery.info;
    const startedAtMs = Date.now();
    // the clocks of the server and of this pod may differ
    const queuedMs = Math.max(0, startedAtMs - publishedAtMs);
    const stopwatch = metrics.stopwatch();
    metrics.requests.inc({ source: 'jetstream' });
    metrics.jetstreamMessages.inc();
    if (count === 1) metrics.queueWait.observe(queuedMs / 1000);
    else metrics.redeliveries.inc();
    const trace = RequestTrace.begin(delivery, startedAtMs, count);
    if (count === 1) trace.waited(publishedAtMs, startedAtMs);
    const working = setInterval(() => delivery.working(), limits.ackWaitMs / 4);
    let outcome: Outcome = 'unsettled';
    try {
      const read = readNames(delivery);
      trace.name(read.id);
      const log = this.options.log.child({ id: read.id, source: 'jetstream', delivery: count });
      const leaseMs = leaseMsOf(limits);
      const [claim, attempts] = await Promise.all([
        trace.during('claim', async (span) => {
          const taken = await this.claim(read.key, delivery, leaseMs, abort, log);
          span.setAttribute('meme.claim', taken.state);
          return taken;
        }),
        this.attempts(delivery),
      ]);
      const common = { names: read, source: 'jetstream', startedAtMs, queuedMs } as const;
      const own = { read, delivery, claim, ...attempts, abort, trace, log };
      outcome = await this.workOn({ ...common, ...own }, leaseMs);
    } finally {
      clearInterval(working);
      metrics.finished('jetstream', outcome, stopwatch());
      trace.end(outcome);
    }
  }

  /**
   * Claims the request. Work that came straight from the publisher is made sure by this message
   * alone, so it is waited for until it is answered, its claim is free, or a lease has passed.
   */
  private async claim(
    key: string,
    delivery: Delivery,
    leaseMs: number,
    abort: AbortSignal,
    log: Logger,
  ): Promise<Claim> {
    const { claims, metrics } = this.options;
    const end = performance.now() + leaseMs;
    for (let look = 1; ; look++) {
      const claim = await claims.take(key, messageOf(delivery), leaseMs, abort);
      const { state } = claim;
      if (look === 1) log.debug({ state }, 'claim');
      const isHeld = state === 'core' || state === 'elsewhere' || state === 'same-message';
      if (look === 1 && isHeld) metrics.claimConflicts.inc({ source: 'jetstream' });
      if (state !== 'core' || abort.aborted || performance.now() > end) return claim;
      await sleep(backoffMs(look, LOOK_AGAIN), abort);
    }
  }

  private async attempts(delivery: Delivery): Promise<Pick<Work, 'attempt' | 'maxAttempts'>> {
    const { count } = delivery.info;
    const { maxDeliveries, giveBacks } = this.options;
    if (count === 1) return { attempt: 1, maxAttempts: maxDeliveries };
    const givenBack = await giveBacks.count(messageOf(delivery), count);
    return givenBack === undefined
      ? { attempt: count, maxAttempts: maxDeliveries * BLIND_ALLOWANCE }
      : { attempt: Math.max(1, count - givenBack), maxAttempts: maxDeliveries };
  }

  private async workOn(work: Work, leaseMs: number): Promise<Outcome> {
    const { delivery, log, claim } = work;
    const { state } = claim;
    if (state === 'answered' || state === 'elsewhere') {
      // `elsewhere` is another copy of the request: that one stays in the stream until it is answered,
      // so this one is not needed
      this.options.metrics.duplicates.inc();
      log.info({ state }, 'duplicate request');
      await delivery.ack();
      return 'duplicate';
    }
    // not at once: another wait would take the place of work that can be done
    if (state === 'core') return this.giveBack(work, work.abort.aborted ? 0 : leaseMs / 2);
    if (state === 'same-message') {
      log.info('an earlier delivery still holds the claim, looking again later');
      await this.giveBack(work, leaseMs / 2);
      return 'retry';
    }
    try {
      if (work.attempt > work.maxAttempts) return await this.giveUp(work);
      return await this.answer(work);
    } catch (error) {
      return await this.fail(work, error as Error);
    } finally {
      // whatever happened, nobody renews the claim any more
      await this.options.claims.release(claim);
    }
  }

  private async answer(work: Work): Promise<Outcome> {
    const { answerer, slots, metrics } = this.options;
    const { read, delivery } = work;
    const parsed = checkRequest(read);
    if ('fault' in parsed) {
      await answerer.refuse(work, parsed.fault, 'invalid');
      await delivery.terminate(parsed.fault);
      return 'error';
    }
    await slots.take(work.abort);
    metrics.inFlight.inc();
    try {
      const outcome = await answerer.answer(work, parsed.request);
      if (work.claim.isNoted) delivery.ackUnconfirmed();
      else await delivery.ack();
      return outcome;
    } finally {
      metrics.inFlight.dec();
      slots.release();
    }
  }

  /** Ends a request whose every attempt ended without a word, before anything is made of it. */
  private async giveUp(work: Work): Promise<Outcome> {
    const attempts = work.attempt - 1;
    const message =
      `gave up after ${attempts} deliveries, none of which came to an end: ` +
      'the request may be what stops the worker';
    await this.bury(work, DEAD_REASONS.maxDeliveries, message, attempts);
    await this.options.answerer.refuse(work, message, 'exhausted');
    await work.delivery.terminate(message);
    return 'error';
  }

  private async fail(work: Work, error: Error): Promise<Outcome> {
    const { delivery, abort, log, attempt } = work;
    const { metrics } = this.options;
    if (delivery.isSettled) throw error;
    if (error instanceof ClaimLostError) {
      // whoever has the claim settles the message, and must not find it gone before
      log.warn('someone else answers this request by now, leaving it');
      metrics.duplicates.inc();
      return 'duplicate';
    }
    if (abort.aborted) {
      log.info('stopping, giving the request back');
      return this.giveBack(work, 0);
    }
    const { retryable, reason } = classify(error);
    // what has nothing to do with the request is no attempt at it
    if (error instanceof PublishError || error instanceof CannotDrawError) {
      metrics.errors.inc({ reason });
      log.warn({ err: error }, 'request cannot be answered here and now, giving it back');
      const delayMs =
        error instanceof PublishError ? backoffMs(attempt, RETRY_BACKOFF) : CANNOT_DRAW_PAUSE_MS;
      await this.giveBack(work, delayMs);
      return 'retry';
    }
    if (retryable && attempt < work.maxAttempts) {
      metrics.errors.inc({ reason });
      const known = error instanceof GeneratorError ? error.retryAfterMs : undefined;
      const delayMs = Math.max(known ?? 0, backoffMs(attempt, RETRY_BACKOFF));
      log.warn({ err: error, delayMs }, 'request failed, trying again later');
      await this.options.claims.release(work.claim);
      await delivery.again(delayMs);
      return 'retry';
    }
    try {
      await this.refuse(work, error, retryable, reason);
    } catch (fault) {
      // an answer that cannot go out now, or no longer, is no attempt at the request either
      if (abort.aborted || fault instanceof PublishError || fault instanceof ClaimLostError)
        return this.fail(work, fault as Error);
      throw fault;
    }
    await delivery.terminate(error.message);
    return 'error';
  }

  /** Answers with the error, and keeps the request where it may be sent again. */
  private async refuse(
    work: Work,
    error: Error,
    retryable: boolean,
    reason: ErrorReason,
  ): Promise<void> {
    const { answerer } = this.options;
    const { log, attempt } = work;
    if (error instanceof Rejection) {
      await answerer.refuse(work, error.message, reason);
    } else {
      log.error({ err: error }, 'request failed');
      const message = (retryable ? `gave up after ${attempt} attempts: ` : '') + error.message;
      const dead = retryable ? DEAD_REASONS.exhausted : DEAD_REASONS.refused;
      await this.bury(work, dead, message, attempt);
      await answerer.refuse(work, message, retryable ? 'exhausted' : reason);
    }
  }

  /** Returns the message without counting this delivery as an attempt. */
  private async giveBack(work: Work, delayMs: number): Promise<Outcome> {
    await this.options.giveBacks.note(messageOf(work.delivery));
    await this.options.claims.release(work.claim);
    await work.delivery.again(delayMs);
    return 'given-back';
  }

  /** The client is answered also where the dead letter cannot be kept. */
  private async bury(
    { delivery, names, log }: Work,
    reason: DeadReason,
    error: string,
    deliveries: number,
  ): Promise<void> {
    const { sequence } = delivery.info;
    try {
      await this.options.deadLetters.keep({
        data: delivery.data,
        requestId: names.id,
        replyTo: names.replyTo,
        reason,
        error,
        deliveries,
        message: messageOf(delivery),
        sequence,
      });
    } catch (cause) {
      log.error({ err: cause }, 'dead letter not kept; bootstrap creates its stream while it runs');
    }
  }
}

/** Names a message; with its time, because a stream that is made anew counts from 1 again. */
function messageOf({ info }: Delivery): string {
  return `${info.stream}/${info.sequence}/${info.publishedAtMs}`;
}

function classify(error: Error): { retryable: boolean; reason: ErrorReason } {
  if (error instanceof Rejection) return { retryable: false, reason: error.reason };
  if (error instanceof GeneratorError) return { retryable: error.retryable, reason: 'generator' };
  if (error instanceof PublishError) return { retryable: true, reason: 'publish' };
  return { retryable: true, reason: 'internal' };
}
