import { type MemeRequest } from '../protocol/request';
import { EncodedPicture } from './answer-body';
import { type Claim, type Claims } from './claims';
import { fitPicture } from './fit-picture';
import { pictureSize, type Generator, type Picture } from './generator';
import { type ImageStore } from './image-store';
import { type Source } from './incoming';
import { type Logger } from '../process/logger';
import { endFailed, traceparentOf } from '../process/tracing';
import { MemeCache, type CachedPicture } from './meme-cache';
import { type ErrorReason, type WorkerMetrics } from './metrics';
import { type Moderator } from './moderation';
import { type RequestNames } from './request-names';
import { type RateLimit } from './rate-limit';
import { Rejection } from './rejection';
import { type RequestTrace } from './request-trace';
import { ClaimLostError, type PublishResult, type Responder } from './responder';

/** Longest error in an answer, in characters: a provider's own words may be a whole page. */
const MAX_ERROR_LENGTH = 1000;

/** What an answer needs on its way. */
export interface AnswererOptions {
  readonly claims: Claims;
  readonly cache: MemeCache;
  readonly moderator: Moderator;
  readonly rateLimit: RateLimit;
  /** Loaded with the first request: the start of the process must not wait for it. */
  readonly generator: () => Promise<Generator>;
  readonly images: ImageStore;
  readonly responder: Responder;
  readonly metrics: WorkerMetrics;
  readonly podName: string;
}

/** A request that was claimed, on its way to its answer. */
export interface Job {
  readonly names: RequestNames;
  readonly source: Source;
  readonly claim: Claim;
  readonly startedAtMs: number;
  readonly queuedMs: number;
  /** Gives the work back. */
  readonly abort: AbortSignal;
  readonly trace: RequestTrace;
  readonly log: Logger;
}

/** Makes the answers and publishes them. Both paths of a request end here. */
export class Answerer {
  // as long as the cache keeps a picture, it is encoded once
  private readonly encoded = new WeakMap<Picture, EncodedPicture>();

  constructor(private readonly options: AnswererOptions) {}

  /**
   * Makes the picture of a request, publishes it and notes that the request is answered.
   *
   * @returns whether the picture was made now or came from the cache
   * @throws Rejection, GeneratorError, CannotDrawError, ClaimLostError or PublishError; the signal's
   * reason where it aborts
   */
  async answer(job: Job, request: MemeRequest): Promise<'made' | 'cached'> {
    const { metrics, moderator, rateLimit, podName, claims } = this.options;
    const { names, log, source } = job;
    const refusal = await moderator.refusal(request.prompt);
    if (refusal !== undefined) throw new Rejection(refusal, 'moderated');
    await rateLimit.count(request.client_id, names.key);
    const { picture, cached } = await this.picture(job, request);
    const generationMs = Math.max(0, Date.now() - job.startedAtMs);
    const response = {
      request_id: names.id,
      prompt: request.prompt,
      timestamp: Math.floor(Date.now() / 1000),
      cached,
      worker: podName,
      queued_ms: job.queuedMs,
      generation_ms: generationMs,
    };
    const encoded = await this.encode(picture, request, log);
    const result = await this.publish(job, (responder, own) =>
      responder.publishMeme(own, response, encoded, job.abort),
    );
    if (result === 'duplicate') metrics.duplicates.inc();
    else metrics.successes.inc({ source });
    const noted = await claims.markAnswered(job.claim);
    const { queuedMs } = job;
    const bytes = picture.bytes.length;
    log.info({ cached, queuedMs, generationMs, bytes, result, noted }, 'answered');
    return cached ? 'cached' : 'made';
  }

  /**
   * Answers with an error and notes that the request is answered.
   *
   * @throws PublishError where the answer cannot be published, ClaimLostError where it must not be
   */
  async refuse(job: Job, message: string, reason: ErrorReason): Promise<void> {
    this.options.metrics.errors.inc({ reason });
    const timestamp = Math.floor(Date.now() / 1000);
    const error =
      message.length <= MAX_ERROR_LENGTH ? message : `${message.slice(0, MAX_ERROR_LENGTH)}...`;
    job.log.warn({ reason, fault: error }, 'answering with an error');
    const failure = { request_id: job.names.id, error, timestamp };
    await this.publish(job, (responder, own) => responder.publishError(own, failure, job.abort));
    await this.options.claims.markAnswered(job.claim);
  }

  private async publish(
    { trace, names, claim, abort }: Job,
    send: (responder: Responder, names: RequestNames) => Promise<PublishResult>,
  ): Promise<PublishResult> {
    // the process may have been frozen, or cut off, for longer than its claim holds
    await this.options.responder.whenConnected(abort);
    if (!(await claim.isStillValid())) throw new ClaimLostError('the claim is lost');
    return trace.during('publish', (span) =>
      send(this.options.responder, { ...names, traceparent: traceparentOf(span) }),
    );
  }

  /** From the cache, or made. Making is no part of the time that the cache takes. */
  private async picture(job: Job, request: MemeRequest): Promise<CachedPicture> {
    const { names, trace, abort, log } = job;
    const { responder, podName } = this.options;
    const generator = await this.options.generator();
    const key = MemeCache.key(generator.variant(request), pictureSize(request), request.prompt);
    const looking = trace.begin('cache');
    const make = () => {
      log.debug('making the picture');
      responder.sayStarted(names, { request_id: names.id, worker: podName });
      looking.setAttribute('meme.cached', false).end();
      return trace.during('generate', () => this.make(generator, request, abort));
    };
    try {
      const found = await this.options.cache.getOrMake(key, make, abort);
      if (found.cached) looking.setAttribute('meme.cached', true).end();
      return found;
    } catch (error) {
      if (looking.isRecording()) endFailed(looking, error as Error);
      throw error;
    }
  }

  private async make(generator: Generator, request: MemeRequest, abort: AbortSignal) {
    const finish = this.options.metrics.generation.startTimer();
    // a generator that ignores the signal must not hold up the end of the process
    const picture = await orAborted(generator.generate(request, abort), abort);
    finish();
    return picture;
  }

  private async encode(picture: Picture, request: MemeRequest, log: Logger) {
    const { responder, images, metrics } = this.options;
    // base64 makes four bytes of three, and the prompt goes back with the picture
    const room = responder.maxBytes - Buffer.byteLength(JSON.stringify(request.prompt)) - 1024;
    const maxBytes = Math.floor((room * 3) / 4);
    if (picture.bytes.length > maxBytes) {
      try {
        const image_object = await images.put(picture);
        metrics.storedImages.inc();
        return new EncodedPicture({ image_object, mime_type: picture.mimeType });
      } catch (error) {
        log.warn({ err: error }, 'picture not stored, sending it smaller');
      }
    }
    const known = this.encoded.get(picture);
    if (known && picture.bytes.length <= maxBytes) return known;
    const fitting = await fitPicture(picture, maxBytes);
    const image_data = fitting.bytes.toString('base64');
    const encoded = new EncodedPicture({ image_data, mime_type: fitting.mimeType });
    if (fitting === picture) this.encoded.set(picture, encoded);
    return encoded;
  }
}

/** @throws the signal's reason as soon as it aborts, whatever becomes of the work */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let leave!: () => void;
  const aborted = new Promise<never>((_resolve, reject) => {
    leave = () => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
