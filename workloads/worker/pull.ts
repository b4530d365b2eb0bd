import { createInbox, nanos, type Msg, type NatsConnection, type Subscription } from 'nats';
import { Delivery } from './delivery';
import { sleep } from '../process/sleep';

/** The server says that the consumer cannot be pulled from; the message says why. */
export class PullRefusedError extends Error {}

/** A pull of one message. */
export interface PullOptions {
  readonly stream: string;
  readonly consumer: string;
  /** How long the server keeps the pull open, in milliseconds. */
  readonly expiresMs: number;
  /** Ends the pull early, without losing a message that is already on its way. */
  readonly stop: AbortSignal;
  /** Aborts on a disconnect: the server has then forgotten the pull. */
  readonly lost: AbortSignal;
}

const LONGEST_HEARTBEAT_MS = 5000;
const DRAIN_MS = 2000;

/**
 * Asks the consumer for one message, and for one only: a message that waits in this process while
 * others are worked on could be worked on elsewhere.
 *
 * Written on the wire protocol, because the library's own pull drops a message that arrives while
 * it is being stopped; that message would be missing until its acknowledgement wait is over.
 *
 * @returns the message, or undefined where none came in time
 * @throws PullRefusedError where stream or consumer are missing
 */
export async function pullOne(
  connection: NatsConnection,
  options: PullOptions,
): Promise<Delivery | undefined> {
  const pull = new Pull(connection, options);
  await pull.ended;
  if (!pull.message && !options.lost.aborted) await pull.drain();
  pull.subscription.unsubscribe();
  if (pull.message) return new Delivery(connection, pull.message);
  if (pull.refused) throw pull.refused;
  return undefined;
}

class Pull {
  readonly ended: Promise<void>;
  readonly subscription: Subscription;
  message?: Msg;
  refused?: PullRefusedError;
  private readonly inbox: string;
  private readonly heartbeatMs: number;
  private watchdog: NodeJS.Timeout;
  private end!: () => void;

  constructor(
    connection: NatsConnection,
    private readonly options: PullOptions,
  ) {
    this.inbox = createInbox();
    this.ended = new Promise((resolve) => {
      this.end = () => {
        clearTimeout(this.watchdog);
        options.stop.removeEventListener('abort', this.end);
        options.lost.removeEventListener('abort', this.end);
        resolve();
      };
    });
    // the server refuses a heartbeat that is more than half of the pull's life
    this.heartbeatMs = Math.min(LONGEST_HEARTBEAT_MS, options.expiresMs / 2);
    this.watchdog = this.expectHeartbeat();
    this.subscription = connection.subscribe(this.inbox, {
      callback: (error, message) => this.receive(error, message),
    });
    connection.publish(
      `$JS.API.CONSUMER.MSG.NEXT.${options.stream}.${options.consumer}`,
      JSON.stringify({
        batch: 1,
        expires: nanos(options.expiresMs),
        idle_heartbeat: nanos(this.heartbeatMs),
      }),
      { reply: this.inbox },
    );
    options.stop.addEventListener('abort', this.end);
    options.lost.addEventListener('abort', this.end);
    if (options.stop.aborted || options.lost.aborted) this.end();
  }

  /** Waits for what the server sent before it knew that nobody wants it any more. */
  async drain(): Promise<void> {
    if (this.subscription.isClosed()) return;
    const cancel = new AbortController();
    await Promise.race([this.subscription.drain(), sleep(DRAIN_MS, cancel.signal)]);
    cancel.abort();
  }

  private expectHeartbeat(): NodeJS.Timeout {
    return setTimeout(this.end, 2 * this.heartbeatMs + 1000);
  }

  private receive(error: Error | null, message: Msg): void {
    if (error) {
      this.refused = new PullRefusedError(`nats refuses the subscription: ${error.message}`);
      return this.end();
    }
    // everything the server says about the pull itself comes on the inbox
    if (message.subject !== this.inbox) {
      this.message = message;
      return this.end();
    }
    const code = message.headers?.code ?? 0;
    if (code === 100) {
      clearTimeout(this.watchdog);
      this.watchdog = this.expectHeartbeat();
      return;
    }
    this.refused = refusal(code, message.headers?.description ?? '', this.options);
    this.end();
  }
}

function refusal(
  code: number,
  description: string,
  options: PullOptions,
): PullRefusedError | undefined {
  const name = `consumer "${options.consumer}" of stream "${options.stream}"`;
  if (code === 503) return new PullRefusedError(`${name} is missing, or JetStream is off`);
  if (code === 400) return new PullRefusedError(`${name} refuses the pull: ${description}`);
  if (code === 409 && /consumer deleted/i.test(description)) {
    return new PullRefusedError(`${name} was deleted`);
  }
  // 404 and 408: nothing came in time. Other 409: shutdown, leader change; the next pull tells
  return undefined;
}
