import { createInbox, type Msg, type MsgHdrs, type NatsConnection } from 'nats';

/** Nobody answers on the subject: no stream takes it, or its service is away. */
export class NoRespondersError extends Error {
  constructor(subject: string) {
    super(`nobody answers on subject "${subject}"`);
  }
}

interface Pending {
  readonly resolve: (answer: Msg) => void;
  readonly reject: (error: Error) => void;
  readonly subject: string;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
}

const SWEEP_MS = 100;

/**
 * Requests whose answers come on one subscription, any number on their way at once.
 *
 * The library's own request makes a timer, two promises and a race for each; where every message
 * needs a confirmed answer and a confirmed acknowledgement, that was a third of all work.
 */
export class RequestMux {
  private readonly inbox: string;
  private readonly pending = new Map<string, Pending>();
  private count = 0;

  /**
   * @param inboxPrefix prefix of the subject that answers are taken on; the library's where absent
   */
  constructor(
    private readonly connection: NatsConnection,
    inboxPrefix?: string,
  ) {
    this.inbox = `${createInbox(inboxPrefix)}.`;
    connection.subscribe(`${this.inbox}*`, {
      callback: (error, message) => (error ? this.rejectAll(error) : this.receive(message)),
    });
    const sweeping = setInterval(() => this.sweep(), SWEEP_MS);
    sweeping.unref();
    void connection.closed().then(() => {
      clearInterval(sweeping);
      this.rejectAll(new Error('the connection to nats is closed'));
    });
  }

  /** Whether nothing can be sent any more. */
  get isClosed(): boolean {
    return this.connection.isClosed();
  }

  /**
   * Publishes a message and waits for its answer.
   *
   * @throws NoRespondersError where the server says that nobody listens
   * @throws Error where no answer came in time, or the connection is closed
   */
  request(
    subject: string,
    payload: Uint8Array | string,
    timeoutMs: number,
    headers?: MsgHdrs,
  ): Promise<Msg> {
    return new Promise((resolve, reject) => {
      const token = (this.count++).toString(36);
      // the wall clock may be set back meanwhile
      const deadlineMs = performance.now() + timeoutMs;
      // a closed connection throws here, which rejects
      this.connection.publish(subject, payload, { reply: this.inbox + token, headers });
      this.pending.set(token, { resolve, reject, subject, timeoutMs, deadlineMs });
    });
  }

  private receive(message: Msg): void {
    const token = message.subject.slice(this.inbox.length);
    const waiter = this.pending.get(token);
    if (!waiter) return;
    this.pending.delete(token);
    const isRefusal = message.data.length === 0 && message.headers?.code === 503;
    if (isRefusal) waiter.reject(new NoRespondersError(waiter.subject));
    else waiter.resolve(message);
  }

  private sweep(): void {
    const now = performance.now();
    for (const [token, { deadlineMs, timeoutMs, subject, reject }] of this.pending) {
      if (deadlineMs > now) continue;
      this.pending.delete(token);
      reject(new Error(`no answer on subject "${subject}" within ${timeoutMs} ms`));
    }
  }

  private rejectAll(error: Error): void {
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }
}
