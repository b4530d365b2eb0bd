import { RESPONSES_STREAM } from '../protocol/streams';
import { Claims } from './claims';
import { type WorkerConfig } from './config';
import { ConsumerLoop } from './consumer-loop';
import { type Generator } from './generator';
import { HealthServer } from './health-server';
import { loadGenerator } from './load-generator';
import { type Logger } from './logger';
import { MemeCache } from './meme-cache';
import { WorkerMetrics } from './metrics';
import { NatsLink } from './nats-link';
import { RedisLink } from './redis-link';
import { RequestHandler } from './request-handler';
import { Responder } from './responder';

/** Time kept back from the grace period for giving work back and closing the clients. */
const CLOSING_MS = 2000;
const REDIS_WAIT_MS = 500;

/** The running worker: starts in the order of its parts and stops in the reverse. */
export class Worker {
  private readonly metrics = new WorkerMetrics();
  private readonly redis: RedisLink;
  private readonly health: HealthServer;
  private nats?: NatsLink;
  private loop?: ConsumerLoop;
  private generator?: Promise<Generator>;
  private closing?: Promise<void>;

  constructor(
    private readonly config: WorkerConfig,
    private readonly log: Logger,
  ) {
    this.metrics.concurrency.set(config.concurrency);
    this.redis = new RedisLink({
      url: config.redisUrl,
      log,
      onError: () => this.metrics.cacheErrors.inc(),
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
    const [nats] = await Promise.all([
      NatsLink.open({ url: config.natsUrl, name: `worker ${config.podName}`, log }),
      this.redis.open(REDIS_WAIT_MS),
    ]);
    this.nats = nats;
    if (this.closing) return;
    this.loop = this.createLoop(nats);
    if (!(await this.loop.start())) return;
    log.info({ seconds: process.uptime(), concurrency: config.concurrency }, 'worker is ready');
    // the first request should not wait for the libraries, nor readiness for them
    setImmediate(() => void this.getGenerator().catch((err) => log.error({ err }, 'no generator')));
  }

  /** Resolves when the connection to NATS is closed for good, with the reason. */
  async natsClosed(): Promise<Error | undefined> {
    return (await this.nats?.connection.closed()) ?? undefined;
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

  private createLoop(link: NatsLink): ConsumerLoop {
    const { config, metrics, redis, log } = this;
    const handler = new RequestHandler({
      claims: new Claims({ redis, answeredSeconds: RESPONSES_STREAM.maxAgeSeconds! }),
      cache: new MemeCache({ redis, ttlSeconds: config.cacheTtlSeconds, metrics }),
      generator: () => this.getGenerator(),
      responder: new Responder({ link, responseSubject: config.responseSubject, log }),
      metrics,
      log,
      podName: config.podName,
    });
    return new ConsumerLoop({
      link,
      stream: config.natsStream,
      consumer: config.natsConsumer,
      concurrency: config.concurrency,
      handle: (delivery, limits, abort) => handler.handle(delivery, limits, abort),
      log,
    });
  }

  private getGenerator(): Promise<Generator> {
    return (this.generator ??= loadGenerator(this.config));
  }

  private async shutDown(): Promise<void> {
    const graceMs = this.config.shutdownGraceSeconds * 1000;
    this.log.info({ inFlight: this.loop?.inFlight ?? 0 }, 'worker stops');
    await this.loop?.stop(Math.max(0, graceMs - CLOSING_MS));
    await this.redis.close();
    if (this.nats && !this.nats.connection.isClosed()) await this.nats.close(CLOSING_MS / 2);
    await this.health.close();
    this.log.info('worker stopped');
  }
}
