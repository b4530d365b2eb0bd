import {
  type ConnectionOptions,
  headers,
  type Msg,
  type NatsConnection,
  wsconnect,
} from '@nats-io/nats-core';
import { type BrowserSession } from '../../../protocol/browser-session';
import { HEADERS } from '../../../protocol/headers';
import { newTraceparent } from '../../../protocol/trace-context';
import { Store } from '../store';

/** Whether NATS is reached. */
export interface ConnectionState {
  readonly status: 'connecting' | 'online' | 'offline';
  /** Since when, in milliseconds since 1970. */
  readonly since: number;
  /** Why not, in words. */
  readonly reason?: string;
}

type Handler = (message: Msg) => void;

const REQUEST_TIMEOUT_MS = 5000;

/**
 * The page's one connection to NATS: a WebSocket through the page's own web server. It never gives up;
 * subscriptions survive while it is away.
 */
export class LabConnection {
  readonly state = new Store<ConnectionState>({ status: 'connecting', since: Date.now() });
  /** What the server refused last, in words; the rest of the page works on. */
  readonly refusal = new Store<string | undefined>(undefined);
  private readonly handlers = new Map<string, Handler>();
  private readonly onlineListeners = new Set<(again: boolean) => void>();
  private connection?: NatsConnection;

  constructor(
    private readonly url: string,
    private readonly session: BrowserSession,
    /** Everything below it reaches this session alone. */
    readonly inbox: string,
  ) {}

  /** Connects, and goes on trying for as long as the page is open. */
  async open(): Promise<void> {
    window.addEventListener('online', () => void this.connection?.reconnect());
    for (let again = false; ; again = true) {
      try {
        this.connection = await wsconnect(this.options());
        this.subscribeAll(this.connection);
        this.online(again);
        await this.watch(this.connection);
        this.offline('the connection was closed');
      } catch (error) {
        this.offline((error as Error).message);
      }
      this.connection = undefined;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }

  /** Hands every message on a subject to the handler, from now on and after every reconnect. */
  subscribe(subject: string, handler: Handler): void {
    this.handlers.set(subject, handler);
    if (this.connection) this.listen(this.connection, subject, handler);
  }

  /**
   * Calls the listener at every time the connection is there; `again` is false for the first one.
   *
   * @returns stops calling
   */
  whenOnline(listener: (again: boolean) => void): () => void {
    this.onlineListeners.add(listener);
    if (this.state.get().status === 'online') listener(false);
    return () => this.onlineListeners.delete(listener);
  }

  /**
   * Sends a message and waits for its answer.
   *
   * @param messageId the stream keeps a second message with the same id out
   * @throws Error where nobody answers in time, or the page is offline
   */
  async request(subject: string, body: object, messageId?: string): Promise<unknown> {
    const { connection } = this;
    if (connection === undefined || this.state.get().status !== 'online') {
      throw new Error('the page is offline');
    }
    const own = messageId === undefined ? undefined : headers();
    if (messageId !== undefined) own?.set(HEADERS.messageId, messageId);
    // the worker's spans, where it makes any, belong together by it
    own?.set(HEADERS.traceparent, newTraceparent());
    const answer = await connection.request(subject, JSON.stringify(body), {
      timeout: REQUEST_TIMEOUT_MS,
      ...(own && { headers: own }),
    });
    return answer.json();
  }

  private options(): ConnectionOptions {
    const { id, secret } = this.session;
    return {
      servers: this.url,
      name: 'page',
      user: id,
      pass: secret,
      inboxPrefix: this.inbox,
      // the server's own address is not reachable from here
      ignoreClusterUpdates: true,
      maxReconnectAttempts: -1,
      waitOnFirstConnect: false,
      timeout: 5000,
      reconnectTimeWait: 1000,
      reconnectJitter: 1000,
      // notices within a minute that the other end is gone without a word
      pingInterval: 20_000,
      maxPingOut: 2,
      ignoreAuthErrorAbort: true,
    };
  }

  private subscribeAll(connection: NatsConnection): void {
    for (const [subject, handler] of this.handlers) this.listen(connection, subject, handler);
  }

  private listen(connection: NatsConnection, subject: string, handler: Handler): void {
    connection.subscribe(subject, {
      callback: (error, message) => {
        // comes in place of a message where the server does not allow the subject
        if (error) this.refusal.set(error.message);
        else handler(message);
      },
    });
  }

  /** Follows the connection until it is closed for good. */
  private async watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') this.offline('the connection was lost');
      if (status.type === 'reconnect') this.online(true);
      if (status.type === 'close') return;
    }
  }

  private online(again: boolean): void {
    this.state.set({ status: 'online', since: Date.now() });
    for (const listener of this.onlineListeners) listener(again);
  }

  private offline(reason: string): void {
    const { status, since } = this.state.get();
    this.state.set({ status: 'offline', since: status === 'offline' ? since : Date.now(), reason });
  }
}
