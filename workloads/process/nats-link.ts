import { connect, type ConnectionOptions, Events, type NatsConnection } from 'nats';
import { natsCredentials, type NatsCredentials, natsServer } from '../protocol/nats-credentials';
import { type Logger } from './logger';
import { natsRefusal } from './nats-refusal';
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
   * @default - those of `NATS_USER`, `NATS_PASSWORD` and `NATS_CA`
   */
  readonly credentials?: NatsCredentials;
}

const RETRY_MS = 250;
/** The library waits this long for a connection that breaks while it is made, and has 20 s by itself. */
const CONNECT_WITHIN_MS = 5000;
const REPORT_MS = 5000;

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
   * @throws Error where the server refuses the client or the client the server: for wrong
   * credentials, an unknown authority, or plain text where TLS is asked for
   */
  static async open(options: NatsLinkOptions): Promise<NatsLink> {
    const credentials = options.credentials ?? natsCredentials(process.env);
    const connection = await connectPatiently(options, {
      ...natsServer(options.url, credentials),
      name: options.name,
      timeout: CONNECT_WITHIN_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RETRY_MS,
      reconnectJitter: RETRY_MS,
      pingInterval: 5000,
      maxPingOut: 2,
      // the library's own list of servers would bring back pods that no longer exist
      ignoreClusterUpdates: true,
      // a stack for each request costs as much as the request
      noAsyncTraces: true,
    });
    return new NatsLink(connection, options, credentials.inboxPrefix);
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

// not the library's own wait for the first connection, which hides why a server is not trusted
async function connectPatiently(
  { url, log }: NatsLinkOptions,
  connection: ConnectionOptions,
): Promise<NatsConnection> {
  const started = performance.now();
  let reported = started;
  for (;;) {
    try {
      return await connect(connection);
    } catch (error) {
      const refusal = natsRefusal(error as Error);
      if (refusal !== undefined) {
        throw new Error(`nats at "${redactUrl(url)}": ${refusal}`, { cause: error });
      }
      const now = performance.now();
      if (now - reported >= REPORT_MS) {
        reported = now;
        const seconds = Math.round((now - started) / 1000);
        const reason = (error as Error).message;
        log.warn({ url: redactUrl(url), seconds, reason }, 'nats does not answer, still trying');
      }
      await sleep(RETRY_MS);
    }
  }
}
