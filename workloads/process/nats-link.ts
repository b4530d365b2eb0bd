import { connect, Events, type NatsConnection } from 'nats';
import { natsCredentials, type NatsCredentials } from '../protocol/nats-credentials';
import { type Logger } from './logger';
import { redactUrl } from './redact-url';
import { RequestMux } from './request-mux';
import { sleep } from './sleep';

/** How to reach NATS. */
export interface NatsLinkOptions {
  readonly url: string;
  /** Shown by the server in its list of connections. */
  readonly name: string;
  readonly log: Logger;
  /**
   * @default - those of `NATS_USER` and `NATS_PASSWORD`
   */
  readonly credentials?: NatsCredentials;
}

/** One connection to NATS that comes back for ever. */
export class NatsLink {
  private connected = true;
  private readonly lostListeners: (() => void)[] = [];
  private waiters: (() => void)[] = [];
  private mux?: RequestMux;

  private constructor(
    readonly connection: NatsConnection,
    private readonly options: NatsLinkOptions,
    /** Where this user may listen for what is sent to it alone; anywhere where it is absent. */
    readonly inboxPrefix: string | undefined,
  ) {
    void this.watch();
  }

  /**
   * Connects, and goes on trying until it works.
   *
   * @throws Error where the server refuses the client, for example for wrong credentials
   */
  static async open(options: NatsLinkOptions): Promise<NatsLink> {
    const started = Date.now();
    const credentials = options.credentials ?? natsCredentials(process.env);
    const waiting = setInterval(
      () =>
        options.log.warn(
          { url: redactUrl(options.url), seconds: Math.round((Date.now() - started) / 1000) },
          'nats does not answer, still trying',
        ),
      5000,
    );
    try {
      const connection = await connect({
        servers: options.url,
        name: options.name,
        ...credentials,
        waitOnFirstConnect: true,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 250,
        reconnectJitter: 250,
        pingInterval: 5000,
        maxPingOut: 2,
        // the library's own list of servers would bring back pods that no longer exist
        ignoreClusterUpdates: true,
        // a stack for each request costs as much as the request
        noAsyncTraces: true,
      });
      return new NatsLink(connection, options, credentials.inboxPrefix);
    } finally {
      clearInterval(waiting);
    }
  }

  /** Requests in numbers; made when it is first asked for. */
  get requests(): RequestMux {
    return (this.mux ??= new RequestMux(this.connection, this.inboxPrefix));
  }

  /** False while the connection is down. */
  get isConnected(): boolean {
    return this.connected && !this.connection.isClosed();
  }

  /**
   * Calls a function at each disconnect: what was asked of the server before, for example a pull, is
   * then forgotten by it.
   */
  onDisconnect(listener: () => void): void {
    this.lostListeners.push(listener);
  }

  /** Resolves once the connection is up, or once the signal aborts. */
  async whenConnected(signal: AbortSignal): Promise<void> {
    if (this.connected || signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.waiters.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /**
   * Sends what is left and closes. A server that is away must not hold the process up.
   *
   * @param waitMs longest time for the goodbye
   */
  async close(waitMs: number): Promise<void> {
    const waited = new AbortController();
    if (this.isConnected) {
      await Promise.race([this.connection.drain(), sleep(waitMs, waited.signal)]);
      waited.abort();
    }
    await this.connection.close();
  }

  private async watch(): Promise<void> {
    const { log } = this.options;
    for await (const status of this.connection.status()) {
      if (status.type === Events.Disconnect) {
        this.connected = false;
        for (const listener of this.lostListeners) listener();
        log.warn('nats connection lost, reconnecting');
      } else if (status.type === Events.Reconnect) {
        this.connected = true;
        log.info('nats connection is back');
        for (const resolve of this.waiters.splice(0)) resolve();
      } else if (status.type === Events.Error) {
        log.warn({ error: String(status.data) }, 'nats reports an error');
      }
    }
  }
}
