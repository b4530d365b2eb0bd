import { type MemeRequest } from '../protocol/request';
import { backoffMs } from './backoff';
import { type Claim, type Claims } from './claims';
import { type ConsumerLimits } from './consumer-loop';
import { type Delivery } from './delivery';
import { fitPicture } from './fit-picture';
import { GeneratorError, pictureSize, type Generator } from './generator';
import { type Logger } from './logger';
import { MemeCache } from './meme-cache';
import { type ErrorReason, type WorkerMetrics } from './metrics';
import { parseRequest } from './parse-request';
import { PublishError, type Responder } from './responder';

/** What a request needs on its way. */
export interface RequestHandlerOptions {
  readonly claims: Claims;
  readonly cache: MemeCache;
  /** Loaded with the first request: the start of the process must not wait for it. */
  readonly generator: () => Promise<Generator>;
  readonly responder: Responder;
  readonly metrics: WorkerMetrics;
  readonly log: Logger;
  readonly podName: string;
}

interface Work {
  readonly id: string;
  readonly request: MemeRequest;
  readonly delivery: Delivery;
  readonly claim: Claim;
  readonly isLast: boolean;
  readonly startedAtMs: number;
  readonly queuedMs: number;
  readonly abort: AbortSignal;
  readonly log: Logger;
}

const RETRY_BACKOFF = { firstMs: 1000, maxMs: 15_000 };

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
    metrics.requests.inc();
    if (delivery.info.count === 1) metrics.queueWait.observe(queuedMs / 1000);
    else metrics.redeliveries.inc();
    metrics.inFlight.inc();
    const finish = metrics.processing.startTimer();
    const working = setInterval(() => delivery.working(), limits.ackWaitMs / 4);
    try {
      const parsed = parseRequest(delivery);
      const log = this.options.log.child({ id: parsed.id, delivery: delivery.info.count });
      if ('fault' in parsed) {
        return await this.answerError(delivery, parsed.id, parsed.fault, 'invalid', abort, log);
      }
      // shorter than the acknowledgement wait: once a dead worker's message comes again, its claim
      // is gone
      const leaseMs = limits.ackWaitMs * 0.75;
      const { stream, sequence } = delivery.info;
      const claim = await this.options.claims.take(parsed.id, `${stream}/${sequence}`, leaseMs);
      const isLast = limits.maxDeliver > 0 && delivery.info.count >= limits.maxDeliver;
      const work = { ...parsed, delivery, claim, isLast, startedAtMs, queuedMs, abort, log };
      const renewal = setInterval(() => void claim.renew(), leaseMs / 3);
      try {
        await this.workOn(work, leaseMs);
      } finally {
        clearInterval(renewal);
      }
    } finally {
      clearInterval(working);
      metrics.inFlight.dec();
      finish();
    }
  }

  private async workOn(work: Work, leaseMs: number): Promise<void> {
    const { state } = work.claim;
    if (state === 'answered' || state === 'elsewhere') {
      // `elsewhere` is another message under the same id: that one stays in the stream until it is
      // answered, so this one is not needed
      this.options.metrics.duplicates.inc();
      work.log.info({ state }, 'duplicate request');
      return work.delivery.ack();
    }
    // another pod may still be at it, unless nobody would get the message again after this delivery
    if (state === 'same-message' && !work.isLast) {
      work.log.info('an earlier delivery still holds the claim, looking again later');
      return work.delivery.again(leaseMs / 2);
    }
    try {
      await this.answer(work);
    } catch (error) {
      await this.fail(work, error as Error);
    }
  }

  private async answer(work: Work): Promise<void> {
    const { cache, metrics, responder, podName } = this.options;
    const { id, request, abort } = work;
    const generator = await this.options.generator();
    const key = MemeCache.key(generator.variant(request), pictureSize(request), request.prompt);
    const { picture, cached } = await cache.getOrMake(
      key,
      () => this.make(generator, request, abort),
      abort,
    );
    // base64 makes four bytes of three, and the prompt goes back with the picture
    const room = responder.maxBytes - Buffer.byteLength(JSON.stringify(request.prompt)) - 1024;
    const { bytes, mimeType } = await fitPicture(picture, Math.floor((room * 3) / 4));
    const generationMs = Date.now() - work.startedAtMs;
    const response = {
      request_id: id,
      image_data: bytes.toString('base64'),
      prompt: request.prompt,
      timestamp: Math.floor(Date.now() / 1000),
      mime_type: mimeType,
      cached,
      worker: podName,
      queued_ms: work.queuedMs,
      generation_ms: generationMs,
    };
    const result = await responder.publishMeme(response, abort);
    if (result === 'duplicate') metrics.duplicates.inc();
    else metrics.successes.inc();
    await this.options.claims.markAnswered(id);
    await work.delivery.ack();
    const { queuedMs } = work;
    work.log.info({ cached, queuedMs, generationMs, bytes: bytes.length, result }, 'answered');
  }

  private async make(generator: Generator, request: MemeRequest, abort: AbortSignal) {
    const finish = this.options.metrics.generation.startTimer();
    const picture = await generator.generate(request, abort);
    finish();
    return picture;
  }

  private async fail(work: Work, error: Error): Promise<void> {
    const { delivery, claim, isLast, abort, log } = work;
    if (delivery.isSettled) throw error;
    if (abort.aborted && !isLast) {
      log.info('stopping, giving the request back');
      await claim.release();
      return delivery.again(0);
    }
    const { retryable, reason } = classify(error);
    if (retryable && (!isLast || error instanceof PublishError)) {
      this.options.metrics.errors.inc({ reason });
      const known = error instanceof GeneratorError ? error.retryAfterMs : undefined;
      const delayMs = Math.max(known ?? 0, backoffMs(delivery.info.count, RETRY_BACKOFF));
      log.warn({ err: error, delayMs }, 'request failed, trying again later');
      await claim.release();
      return delivery.again(delayMs);
    }
    const last = retryable ? `gave up after ${delivery.info.count} attempts: ` : '';
    log.error({ err: error }, 'request failed');
    const why = retryable ? 'exhausted' : reason;
    // the last delivery must end with an answer, even while the process is being stopped
    const patience = isLast ? new AbortController().signal : abort;
    await this.answerError(delivery, work.id, `${last}${error.message}`, why, patience, log);
  }

  private async answerError(
    delivery: Delivery,
    id: string,
    message: string,
    reason: ErrorReason,
    abort: AbortSignal,
    log: Logger,
  ): Promise<void> {
    this.options.metrics.errors.inc({ reason });
    log.warn({ reason, fault: message }, 'answering with an error');
    const timestamp = Math.floor(Date.now() / 1000);
    await this.options.responder.publishError({ request_id: id, error: message, timestamp }, abort);
    await this.options.claims.markAnswered(id);
    await delivery.terminate(message);
  }
}

function classify(error: Error): { retryable: boolean; reason: ErrorReason } {
  if (error instanceof GeneratorError) return { retryable: error.retryable, reason: 'generator' };
  if (error instanceof PublishError) return { retryable: true, reason: 'publish' };
  return { retryable: true, reason: 'internal' };
}
