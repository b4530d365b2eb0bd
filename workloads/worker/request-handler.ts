import { DEAD_REASONS } from '../protocol/headers';
import { type Answerer, type Job } from './answerer';
import { backoffMs } from '../process/backoff';
import { type Claim, type Claims } from './claims';
import { type ConsumerLimits } from './consumer-loop';
import { type DeadLetters } from './dead-letters';
import { type Delivery } from './delivery';
import { GeneratorError } from './generator';
import { type Logger } from '../process/logger';
import { type ErrorReason, type Outcome, type WorkerMetrics } from './metrics';
import { parseRequest, type ParsedRequest } from './parse-request';
import { Rejection } from './rejection';
import { RequestTrace } from './request-trace';
import { PublishError } from './responder';
import { sleep } from '../process/sleep';
import { type Slots } from './slots';

/** What a request of the durable consumer needs on its way. */
export interface RequestHandlerOptions {
  readonly claims: Claims;
  readonly answerer: Answerer;
  readonly deadLetters: DeadLetters;
  /** Shared with the other path, so that both together make no more than the worker may. */
  readonly slots: Slots;
  readonly metrics: WorkerMetrics;
  readonly log: Logger;
}

interface Work extends Job {
  readonly parsed: ParsedRequest;
  readonly delivery: Delivery;
  readonly isLast: boolean;
}

const RETRY_BACKOFF = { firstMs: 1000, maxMs: 15_000 };
const LOOK_AGAIN = { firstMs: 50, maxMs: 500 };

/** Part of the acknowledgement wait that a claim holds without renewal. */
export const LEASE_SHARE = 0.75;

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
    const startedAtMs = Date.now();
    // the clocks of the server and of this pod may differ
    const queuedMs = Math.max(0, startedAtMs - delivery.info.publishedAtMs);
    metrics.requests.inc({ source: 'jetstream' });
    metrics.jetstreamMessages.inc();
    if (delivery.info.count === 1) metrics.queueWait.observe(queuedMs / 1000);
    else metrics.redeliveries.inc();
    const trace = RequestTrace.begin(delivery, startedAtMs, delivery.info.count);
    if (delivery.info.count === 1) trace.waited(delivery.info.publishedAtMs, startedAtMs);
    const working = setInterval(() => delivery.working(), limits.ackWaitMs / 4);
    let outcome: Outcome = 'unsettled';
    try {
      const parsed = parseRequest(delivery);
      trace.name(parsed.id);
      const log = this.options.log.child({
        id: parsed.id,
        source: 'jetstream',
        delivery: delivery.info.count,
      });
      // shorter than the acknowledgement wait: once a dead worker's message comes again, its claim
      // is gone
      const leaseMs = limits.ackWaitMs * LEASE_SHARE;
      const claim = await trace.during('claim', async (span) => {
        const taken = await this.claim(parsed.key, delivery, leaseMs, abort, log);
        span.setAttribute('meme.claim', taken.state);
        return taken;
      });
      const isLast = limits.maxDeliver > 0 && delivery.info.count >= limits.maxDeliver;
      const common = { names: parsed, source: 'jetstream', startedAtMs, queuedMs } as const;
      const own = { parsed, delivery, claim, isLast, abort, trace, log };
      outcome = await this.workOn({ ...common, ...own }, leaseMs);
    } finally {
      clearInterval(working);
      metrics.finished('jetstream', outcome, startedAtMs);
      trace.end(outcome);
    }
  }

  /**
   * Claims the request. Work that came straight from the publisher is made sure by this message
   * alone, so it is held until that work is answered or its claim is free.
   */
  private async claim(
    key: string,
    delivery: Delivery,
    leaseMs: number,
    abort: AbortSignal,
    log: Logger,
  ): Promise<Claim> {
    const { claims, metrics } = this.options;
    const message = `${delivery.info.stream}/${delivery.info.sequence}`;
    for (let look = 1; ; look++) {
      const claim = await claims.take(key, message, leaseMs, abort);
      const { state } = claim;
      if (look === 1) log.debug({ state }, 'claim');
      const isHeld = state === 'core' || state === 'elsewhere' || state === 'same-message';
      if (look === 1 && isHeld) metrics.claimConflicts.inc({ source: 'jetstream' });
      if (state !== 'core' || abort.aborted) return claim;
      await sleep(backoffMs(look, LOOK_AGAIN), abort);
    }
  }

  private async workOn(work: Work, leaseMs: number): Promise<Outcome> {
    const { delivery, log } = work;
    const { state } = work.claim;
    if (state === 'answered' || state === 'elsewhere') {
      // `elsewhere` is another message under the same id: that one stays in the stream until it is
      // answered, so this one is not needed
      this.options.metrics.duplicates.inc();
      log.info({ state }, 'duplicate request');
      await delivery.ack();
      return 'duplicate';
    }
    if (state === 'core') {
      await delivery.again(0);
      return 'given-back';
    }
    // another pod may still be at it, unless nobody would get the message again after this delivery
    if (state === 'same-message' && !work.isLast) {
      log.info('an earlier delivery still holds the claim, looking again later');
      await delivery.again(leaseMs / 2);
      return 'retry';
    }
    try {
      return await this.answer(work);
    } catch (error) {
      return await this.fail(work, error as Error);
    } finally {
      // whatever happened, nobody renews the claim any more
      await this.options.claims.release(work.claim);
    }
  }

  private async answer(work: Work): Promise<Outcome> {
    const { answerer, slots, metrics } = this.options;
    const { parsed, delivery } = work;
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

  private async fail(work: Work, error: Error): Promise<Outcome> {
    const { delivery, claim, isLast, abort, log } = work;
    if (delivery.isSettled) throw error;
    if (abort.aborted && !isLast) {
      log.info('stopping, giving the request back');
      await this.options.claims.release(claim);
      await delivery.again(0);
      return 'given-back';
    }
    const { retryable, reason } = classify(error);
    if (retryable && (!isLast || error instanceof PublishError)) {
      this.options.metrics.errors.inc({ reason });
      const known = error instanceof GeneratorError ? error.retryAfterMs : undefined;
      const delayMs = Math.max(known ?? 0, backoffMs(delivery.info.count, RETRY_BACKOFF));
      log.warn({ err: error, delayMs }, 'request failed, trying again later');
      await this.options.claims.release(claim);
      await delivery.again(delayMs);
      return 'retry';
    }
    // the last delivery must end with an answer, even while the process is being stopped
    const patient = isLast ? { ...work, abort: new AbortController().signal } : work;
    if (error instanceof Rejection) {
      await this.options.answerer.refuse(patient, error.message, reason);
    } else {
      log.error({ err: error }, 'request failed');
      const last = retryable ? `gave up after ${delivery.info.count} attempts: ` : '';
      const message = `${last}${error.message}`;
      await this.bury(work, message, retryable);
      await this.options.answerer.refuse(patient, message, retryable ? 'exhausted' : reason);
    }
    await delivery.terminate(error.message);
    return 'error';
  }

  /** The client is answered also where the dead letter cannot be kept. */
  private async bury(work: Work, error: string, retryable: boolean): Promise<void> {
    const { delivery, names, log } = work;
    const { stream, sequence, count } = delivery.info;
    try {
      await this.options.deadLetters.keep({
        data: delivery.data,
        requestId: names.id,
        replyTo: names.replyTo,
        reason: retryable ? DEAD_REASONS.exhausted : DEAD_REASONS.refused,
        error,
        deliveries: count,
        stream,
        sequence,
      });
    } catch (cause) {
      log.error({ err: cause }, 'dead letter not kept; run bootstrap to create its stream');
    }
  }
}

function classify(error: Error): { retryable: boolean; reason: ErrorReason } {
  if (error instanceof Rejection) return { retryable: false, reason: error.reason };
  if (error instanceof GeneratorError) return { retryable: error.retryable, reason: 'generator' };
  if (error instanceof PublishError) return { retryable: true, reason: 'publish' };
  return { retryable: true, reason: 'internal' };
}
