import { createInbox, nanos, type Msg, type NatsConnection, type Subscription } from 'nats';
import { Delivery } from './delivery';
import { type Logger } from '../process/logger';
import { type RequestMux } from '../process/request-mux';
import { sleep } from '../process/sleep';

/** The server refuses to deliver from the consumer; the message says why. */
export class PullRefusedError extends Error {}

/** What is pulled from. */
export interface PullInboxOptions {
  readonly connection: NatsConnection;
  /** For what is confirmed. */
  readonly requests: RequestMux;
  /**
   * Prefix of the subject that messages are taken on; the server lets a user listen below its own.
   *
   * @default - the library's
   */
  readonly inboxPrefix?: string;
  readonly stream: string;
  readonly consumer: string;
  /** How long the server keeps a pull open, in milliseconds. */
  readonly expiresMs: number;
  /** Called whenever the server shows that it accepted a pull. */
  readonly onAccepted?: () => void;
  readonly log: Logger;
}

interface Waiter {
  readonly resolve: (delivery: Delivery | undefined) => void;
  readonly reject: (error: Error) => void;
}

const LONGEST_HEARTBEAT_MS = 5000;
const DRAIN_MS = 2000;

/**
 * Pulls single messages from a consumer; whoever waits gets at most one. A message that waits in
 * this process while others are worked on could be worked on elsewhere.
 *
 * Written on the wire protocol, because the library's own pull drops a message that arrives while
 * it is being stopped; that message would be missing until its acknowledgement wait is over. All
 * pulls share one subscription: one for each would cost more than the pull itself.
 */
export class PullInbox {
  private readonly inbox: string;
  private readonly subscription: Subscription;
  private readonly next: { readonly subject: string; readonly body: Uint8Array };
  private readonly heartbeatMs: number;
  private readonly watchdog: NodeJS.Timeout;
  // invariant: the server holds as many pulls of this generation as there are waiters
  private waiters: Waiter[] = [];
  private generation = 0;
  private heardAtMs = performance.now();
  private readonly givingBack = new Set<Promise<void>>();

  constructor(private readonly options: PullInboxOptions) {
    const { connection, inboxPrefix, stream, consumer, expiresMs } = options;
    this.inbox = createInbox(inboxPrefix);
    // the server refuses a heartbeat that is more than half of the pull's life
    this.heartbeatMs = Math.min(LONGEST_HEARTBEAT_MS, expiresMs / 2);
    const body = {
      batch: 1,
      expires: nanos(expiresMs),
      idle_heartbeat: nanos(this.heartbeatMs),
    };
    this.next = {
      subject: `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`,
      body: Buffer.from(JSON.stringify(body)),
    };
    this.subscription = connection.subscribe(`${this.inbox}.*`, {
      callback: (error, message) => this.receive(error, message),
    });
    this.watchdog = setInterval(() => this.expectHeartbeat(), this.heartbeatMs);
  }

  /**
   * Asks for one message.
   *
   * @returns the message, or undefined where none came in time or the pull was forgotten
   * @throws PullRefusedError where the server refuses the pull, for example without the consumer
   */
  pull(): Promise<Delivery | undefined> {
    if (this.waiters.length === 0) this.heardAtMs = performance.now();
    return new Promise((resolve, reject) => {
      const reply = `${this.inbox}.${this.generation}`;
      this.options.connection.publish(this.next.subject, this.next.body, { reply });
      this.waiters.push({ resolve, reject });
    });
  }

  /** Ends every pull without a message; what the server still sends for them is given back. */
  forget(): void {
    this.generation++;
    for (const { resolve } of this.waiters.splice(0)) resolve(undefined);
  }

  /** Ends every pull, and waits until what was on its way is given back. */
  async close(): Promise<void> {
    clearInterval(this.watchdog);
    this.forget();
    const { connection, log } = this.options;
    if (this.subscription.isClosed() || connection.isClosed()) return;
    const cancel = new AbortController();
    const late = sleep(DRAIN_MS, cancel.signal).then(() => {
      if (!cancel.signal.aborted) log.warn('nats does not confirm that the pulls ended');
    });
    const drained = this.subscription.drain().then(() => Promise.all(this.givingBack));
    await Promise.race([drained, late]);
    cancel.abort();
  }

  private expectHeartbeat(): void {
    if (this.waiters.length === 0) return;
    if (performance.now() - this.heardAtMs > 2 * this.heartbeatMs + 1000) this.forget();
  }

  private receive(error: Error | null, message: Msg): void {
    if (error) {
      const refused = new PullRefusedError(`nats refuses the subscription: ${error.message}`);
      for (const { reject } of this.waiters.splice(0)) reject(refused);
      return;
    }
    this.heardAtMs = performance.now();
    // everything the server says about the pulls themselves comes on the inbox
    if (message.subject.startsWith(this.inbox)) return this.receiveStatus(message);
    const delivery = new Delivery(this.options.requests, message);
    this.options.onAccepted?.();
    const waiter = this.waiters.shift();
    if (waiter) return waiter.resolve(delivery);
    const returned = delivery
      .again(0)
      .catch((err) =>
        this.options.log.warn({ err }, 'message not given back, it comes again after its wait'),
      )
      .finally(() => this.givingBack.delete(returned));
    this.givingBack.add(returned);
  }

  private receiveStatus(message: Msg): void {
    const code = message.headers?.code ?? 0;
    if (message.subject !== `${this.inbox}.${this.generation}`) return;
    if (code === 100) return this.options.onAccepted?.();
    const waiter = this.waiters.shift();
    const refused = refusal(code, message.headers?.description ?? '', this.options);
    if (refused) waiter?.reject(refused);
    else waiter?.resolve(undefined);
  }
}

/** 404 and 408: nothing to deliver in time. A server that stops or a new leader: the next pull tells. */
const HARMLESS = /^(404|408) |^409 (server shutdown|leadership change)/i;

function refusal(
  code: number,
  description: string,
  { consumer, stream }: PullInboxOptions,
): PullRefusedError | undefined {
  if (HARMLESS.test(`${code} ${description}`)) return undefined;
  const name = `consumer "${consumer}" of stream "${stream}"`;
  if (code === 503) return new PullRefusedError(`${name} is missing, or JetStream is off`);
  return new PullRefusedError(`${name} refuses the pull: ${code} ${description}`);
}
