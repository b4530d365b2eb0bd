import { IMAGES_BUCKET, RESPONSES_STREAM } from '../protocol/streams';
import { Answerer } from './answerer';
import { Claims } from './claims';
import { type WorkerConfig } from './config';
import { ConsumerLoop } from './consumer-loop';
import { CoreSubscription } from './core-subscription';
import { DeadLetters } from './dead-letters';
import { CannotDrawError, type Generator } from './generator';
import { GiveBacks } from './give-backs';
import { HealthServer } from '../process/health-server';
import { ImageStore } from './image-store';
import { loadGenerator } from './load-generator';
import { type Logger } from '../process/logger';
import { MemeCache } from './meme-cache';
import { WorkerMetrics } from './metrics';
import { DenyList } from './moderation';
import { NatsLink } from '../process/nats-link';
import { RateLimit } from './rate-limit';
import { RedisLink } from './redis-link';
import { leaseMsOf, RequestHandler } from './request-handler';
import { Responder } from './responder';
import { Slots } from './slots';
import { startTracing, type Tracing } from '../process/tracing';

/** Time kept back from the grace period for giving work back and closing the clients. */
const CLOSING_MS = 2000;
const REDIS_WAIT_MS = 500;
const LAST_SPANS_MS = 800;

/** The running worker: starts in the order of its parts and stops in the reverse. */
export class Worker {
  private readonly metrics = new WorkerMetrics();
  private readonly redis: RedisLink;
  private readonly health: HealthServer;
  private nats?: NatsLink;
  private tracing?: Tracing;
  private loop?: ConsumerLoop;
  private core?: CoreSubscription;
  private readonly slots: Slots;
  private generator?: Promise<Generator>;
  private reportBroken!: (error: Error) => void;
  private readonly broken = new Promise<Error>((resolve) => (this.reportBroken = resolve));
  private closing?: Promise<void>;

  constructor(
    private readonly config: WorkerConfig,
    private readonly log: Logger,
  ) {
    this.slots = new Slots(config.concurrency);
    this.metrics.concurrency.set(config.concurrency);
    this.redis = new RedisLink({
      url: config.redisUrl,
      password: config.redisPassword,
      log,
      onError: () => this.metrics.cacheErrors.inc(),
      onUsable: (isUsable) => this.metrics.redisUp.set(isUsable ? 1 : 0),
    });
    this.health = new HealthServer({
      address: config.metricsAddress,
      registry: this.metrics.registry,
      notReadyReason: () => this.notReadyReason,
    });
  }

  /**
   * Starts, and returns once requests are pulled. Waits for NATS and for the consumer for as long as
   * it takes, and reports that it is not ready meanwhile.
   *
   * @throws Error where the listen address cannot be used or NATS refuses the client
   */
  async start(): Promise<void> {
    const { config, log } = this;
    const port = await this.health.listen();
    log.info({ port, generator: config.generator }, 'worker starts');
    const [nats, tracing] = await Promise.all([
      NatsLink.open({ url: config.natsUrl, name: `worker ${config.podName}`, log }),
      startTracing({
        endpoint: config.otlpEndpoint,
        service: 'worker',
        instance: config.podName,
        onFault: (fault) => log.warn({ fault }, 'spans are not exported'),
      }),
      this.redis.open(REDIS_WAIT_MS),
    ]);
    this.nats = nats;
    this.tracing = tracing;
    if (this.closing) return;
    const { loop, core } = this.createConsumers(nats);
    this.loop = loop;
    if (!(await loop.start()) || this.closing) return;
    this.core = core();
    this.core?.start();
    log.info({ seconds: process.uptime(), concurrency: config.concurrency }, 'worker is ready');
    // the first request should not wait for the libraries, nor readiness for them
    setImmediate(() => void this.getGenerator().catch(() => undefined));
  }

  /** Resolves when the worker cannot work any more, with the reason where there is one. */
  async natsClosed(): Promise<Error | undefined> {
    const closed = this.nats?.connection.closed().then((reason) => reason ?? undefined);
    return Promise.race([closed, this.broken]);
  }

  /** Stops: no more pulls, work in flight is finished or given back, clients are closed. */
  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private get notReadyReason(): string | undefined {
    if (this.closing) return 'stopping';
    return this.loop ? this.loop.notReadyReason : 'nats is not connected';
  }

  private createConsumers(link: NatsLink) {
    const { config, metrics, redis, log, slots } = this;
    const { connection } = link;
    const claims = new Claims({
      redis,
      answeredSeconds: RESPONSES_STREAM.maxAgeSeconds!,
      canAnswer: () => link.isConnected,
    });
    const answerer = new Answerer({
      claims,
      cache: new MemeCache({ redis, ttlSeconds: config.cacheTtlSeconds, metrics }),
      moderator: new DenyList(config.denyWords),
      rateLimit: new RateLimit({ redis, perMinute: config.rateLimitPerMinute }),
      generator: () => this.getGenerator(),
      images: new ImageStore(connection, IMAGES_BUCKET),
      responder: new Responder({ link, responseSubject: config.responseSubject, log }),
      metrics,
      podName: config.podName,
    });
    const deadLetters = new DeadLetters(connection, metrics);
    const common = { claims, answerer, slots, metrics, log };
    const handler = new RequestHandler({
      ...common,
      giveBacks: new GiveBacks(redis),
      deadLetters,
      maxDeliveries: config.maxDeliveries,
    });
    const loop = new ConsumerLoop({
      link,
      stream: config.natsStream,
      consumer: config.natsConsumer,
      concurrency: config.concurrency,
      handle: (delivery, limits, abort) => handler.handle(delivery, limits, abort),
      whenFree: (stop) => slots.whenFree(stop),
      log,
    });
    const core = () =>
      config.enableCoreNats
        ? new CoreSubscription({
            ...common,
            connection,
            subject: config.requestSubject,
            queueGroup: config.coreNatsQueueGroup,
            leaseMs: leaseMsOf(loop.consumerLimits!),
          })
        : undefined;
    return { loop, core };
  }

  /** A worker that cannot draw would use up the attempts of every request, so it leaves. */
  private getGenerator(): Promise<Generator> {
    return (this.generator ??= this.loadGenerator().catch((cause: Error) => {
      const error = new CannotDrawError(`no picture can be made here: ${cause.message}`, { cause });
      this.reportBroken(error);
      throw error;
    }));
  }

  private loadGenerator(): Promise<Generator> {
    return loadGenerator(this.config, (isOpen) => {
      this.metrics.breakerOpen.set(isOpen ? 1 : 0);
      if (isOpen) this.log.warn('the provider fails again and again, giving it a rest');
      else this.log.info('the provider works again');
    });
  }

  private async shutDown(): Promise<void> {
    const graceMs = this.config.shutdownGraceSeconds * 1000;
    const { loop, core } = this;
    const inFlight = (loop?.inFlight ?? 0) + (core?.inFlight ?? 0);
    this.log.info({ inFlight }, 'worker stops');
    const workMs = Math.max(0, graceMs - CLOSING_MS);
    await Promise.all([loop, core].map((part) => part?.stop(workMs)));
    await this.tracing?.close(LAST_SPANS_MS);
    await this.redis.close();
    if (this.nats && !this.nats.connection.isClosed()) await this.nats.close(CLOSING_MS / 2);
    await this.health.close();
    this.log.info('worker stopped');
  }
}
