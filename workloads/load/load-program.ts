import { Registry } from 'prom-client';
import { HealthServer } from '../process/health-server';
import { type Logger } from '../process/logger';
import { NatsLink } from '../process/nats-link';
import { type Service } from '../process/run-service';
import { type LoadServiceConfig } from './config';
import { natsCredentialsOf } from './load-connections';
import { LoadService } from './load-service';
import { prepareLoad } from './prepared-load';

const CLOSING_MS = 3000;

/** The load generator as it runs in its pod: its connection to NATS, its health, and its orders. */
export class LoadProgram implements Service {
  private readonly health: HealthServer;
  private nats?: NatsLink;
  private orders?: LoadService;
  private closing?: Promise<void>;

  constructor(
    private readonly config: LoadServiceConfig,
    private readonly log: Logger,
  ) {
    this.health = new HealthServer({
      address: config.metricsAddress,
      registry: new Registry(),
      notReadyReason: () => (this.nats?.isConnected ? undefined : 'nats is not connected'),
    });
  }

  /**
   * Starts, and returns once it listens for orders. Waits for NATS for as long as it takes.
   *
   * @throws Error where the listen address cannot be used or NATS refuses the client
   */
  async start(): Promise<void> {
    const { config, log } = this;
    await this.health.listen();
    this.nats = await NatsLink.open({
      url: config.natsUrl,
      name: 'load',
      log,
      credentials: natsCredentialsOf(config),
    });
    if (this.closing) return;
    this.orders = new LoadService({
      connection: this.nats.connection,
      limits: config,
      log,
      prepare: (order, runId) => prepareLoad(order, runId, config),
    });
    await this.orders.start();
    log.info('waiting for orders');
  }

  /** Resolves when the connection is closed for good, with the reason where there is one. */
  async natsClosed(): Promise<Error | undefined> {
    return (await this.nats?.connection.closed()) ?? undefined;
  }

  /** Stops: no more orders, the load that runs is ended and its answers are waited for. */
  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    if (this.nats && !this.nats.connection.isClosed()) {
      await this.orders?.close();
      await this.nats.close(CLOSING_MS);
    }
    await this.health.close();
  }
}
