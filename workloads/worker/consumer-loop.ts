import { setMaxListeners } from 'node:events';
import { AckPolicy, type ConsumerConfig } from 'nats';
import { backoffMs } from '../process/backoff';
import { type Delivery } from './delivery';
import { type Logger } from '../process/logger';
import { type NatsLink } from '../process/nats-link';
import { PullInbox, PullRefusedError } from './pull-inbox';
import { sleep } from '../process/sleep';

/** What the consumer's configuration on the server says; the worker follows it. */
export interface ConsumerLimits {
  readonly ackWaitMs: number;
}

/** Works on one delivery and settles it. */
export type DeliveryHandler = (
  delivery: Delivery,
  limits: ConsumerLimits,
  abort: AbortSignal,
) => Promise<void>;

/** How to consume. */
export interface ConsumerLoopOptions {
  readonly link: NatsLink;
  readonly stream: string;
  readonly consumer: string;
  /** Slots; each holds at most one message. */
  readonly concurrency: number;
  readonly handle: DeliveryHandler;
  /** Where work is also taken from elsewhere: waits until there is room for more. */
  readonly whenFree?: (stop: AbortSignal) => Promise<void>;
  readonly log: Logger;
}

const PULL_EXPIRES_MS = 30_000;
const MISSING_BACKOFF = { firstMs: 250, maxMs: 2000 };
/** Aborted work gets this long to give its message back. */
const ABORTED_WORK_MS = 1500;
/** While all slots work nothing is pulled, so the consumer is looked up as well. */
const LOOK_UP_EVERY_MS = 10_000;

/**
 * Takes messages from a pull consumer with a fixed number of slots. A slot pulls one message, works
 * on it, settles it and pulls the next, so that the process never holds more than it works on.
 */
export class ConsumerLoop {
  private readonly stopping = new AbortController();
  private readonly aborting = new AbortController();
  private limits?: ConsumerLimits;
  private missing: string | undefined = 'the consumer was not looked up yet';
  private refused: string | undefined;
  private watching?: Promise<void>;
  private slots: Promise<void>[] = [];
  private inbox?: PullInbox;
  private busy = 0;

  constructor(private readonly options: ConsumerLoopOptions) {
    // each slot listens; by default more than ten are taken for a leak
    setMaxListeners(0, this.stopping.signal, this.aborting.signal);
  }

  /** Why no message can be taken, or undefined where the slots pull. */
  get notReadyReason(): string | undefined {
    if (this.stopping.signal.aborted) return 'stopping';
    if (!this.options.link.isConnected) return 'nats is not connected';
    return this.missing ?? this.refused;
  }

  /** Messages being worked on. */
  get inFlight(): number {
    return this.busy;
  }

  /** What the consumer's configuration said; undefined before it was found. */
  get consumerLimits(): ConsumerLimits | undefined {
    return this.limits;
  }

  /**
   * Looks the consumer up, waiting until it exists, and starts the slots.
   *
   * @returns false where the loop was stopped before the consumer existed
   */
  async start(): Promise<boolean> {
    await this.whenConsumerExists();
    if (!this.limits) return false;
    const { link, stream, consumer, log } = this.options;
    const { connection, requests } = link;
    const expiresMs = PULL_EXPIRES_MS;
    this.inbox = new PullInbox({
      connection,
      requests,
      inboxPrefix: link.inboxPrefix,
      stream,
      consumer,
      expiresMs,
      onAccepted: () => this.onAccepted(),
      log,
    });
    link.onDisconnect(() => this.inbox!.forget());
    for (let slot = 0; slot < this.options.concurrency; slot++) {
      this.slots.push(this.run());
    }
    this.watching = this.watch();
    return true;
  }

  /**
   * Stops pulling, waits for the work in flight, and has it given back where it takes too long. Work
   * that does not even end then is left: its message comes again when its wait is over.
   *
   * @param graceMs time for the work in flight
   */
  async stop(graceMs: number): Promise<void> {
    const { log } = this.options;
    this.stopping.abort();
    const finished = Promise.all([...this.slots, this.watching, this.inbox?.close()]).then(
      () => true as const,
    );
    if (await within(graceMs, finished)) return;
    log.warn({ inFlight: this.busy }, 'grace period over, giving work back');
    this.aborting.abort(new Error('the worker stops'));
    if (await within(ABORTED_WORK_MS, finished)) return;
    log.error({ inFlight: this.busy }, 'work does not end, leaving it');
  }

  private async run(): Promise<void> {
    const { link, log } = this.options;
    const stop = this.stopping.signal;
    for (let failures = 0; !stop.aborted;) {
      await link.whenConnected(stop);
      if (stop.aborted) return;
      try {
        await this.options.whenFree?.(stop);
        if (stop.aborted) return;
        const delivery = await this.inbox!.pull();
        failures = 0;
        if (delivery) await this.work(delivery);
      } catch (error) {
        if (stop.aborted || link.connection.isClosed()) return;
        if (error instanceof PullRefusedError) {
          this.onRefused(error);
          await this.whenConsumerExists();
        } else log.error({ err: error }, 'cannot pull, trying again');
        await sleep(backoffMs(++failures, MISSING_BACKOFF), stop);
      }
    }
  }

  private onRefused({ message }: PullRefusedError): void {
    if (this.refused === undefined) {
      this.options.log.warn(`${message}; trying again, bootstrap repairs it while it runs`);
    }
    this.refused = message;
  }

  private onAccepted(): void {
    if (this.refused === undefined) return;
    this.refused = undefined;
    const { stream, consumer, log } = this.options;
    log.info({ stream, consumer }, 'the consumer can be pulled from again');
  }

  private async watch(): Promise<void> {
    const stop = this.stopping.signal;
    for (;;) {
      await sleep(LOOK_UP_EVERY_MS, stop);
      if (stop.aborted) return;
      await this.whenConsumerExists();
    }
  }

  private async work(delivery: Delivery): Promise<void> {
    this.busy++;
    try {
      await this.options.handle(delivery, this.limits!, this.aborting.signal);
    } catch (error) {
      this.options.log.error(
        { err: error, sequence: delivery.info.sequence },
        'request not settled, it will be delivered again',
      );
    } finally {
      this.busy--;
    }
  }

  private async whenConsumerExists(): Promise<void> {
    const { link, stream, consumer, log } = this.options;
    const stop = this.stopping.signal;
    for (let attempt = 1; !stop.aborted; attempt++) {
      await link.whenConnected(stop);
      if (stop.aborted) return;
      const reason = await this.lookUp();
      if (reason === undefined) {
        if (attempt > 1) log.info({ stream, consumer }, 'the consumer can be used');
        this.missing = undefined;
        return;
      }
      const isNews = this.missing === undefined || attempt === 1;
      this.missing = `consumer "${consumer}" of stream "${stream}" is not usable: ${reason}`;
      if (isNews)
        log.warn(`${this.missing}; waiting, bootstrap creates or repairs it while it runs`);
      await sleep(backoffMs(attempt, MISSING_BACKOFF), stop);
    }
  }

  /** @returns why the consumer cannot be used, or undefined where it can */
  private async lookUp(): Promise<string | undefined> {
    const { link, stream, consumer } = this.options;
    try {
      const manager = await link.connection.jetstreamManager({ checkAPI: false });
      const { config } = await manager.consumers.info(stream, consumer);
      const fault = unsuitable(config);
      if (fault === undefined) this.limits = { ackWaitMs: (config.ack_wait ?? 30e9) / 1e6 };
      return fault;
    } catch (error) {
      return (error as Error).message;
    }
  }
}

/** What would lose requests or leave them unanswered. */
function unsuitable(config: Partial<ConsumerConfig>): string | undefined {
  if (config.ack_policy !== AckPolicy.Explicit) {
    return `'ack_policy' is "${config.ack_policy}" and must be "explicit"`;
  }
  // the server would stop to deliver a request that nobody has answered
  if ((config.max_deliver ?? -1) > 0)
    return `'max_deliver' is ${config.max_deliver} and must be -1`;
  if (config.headers_only) return "'headers_only' is on and must be off";
  return undefined;
}

/** @returns false where the work is not done in time */
async function within(ms: number, work: Promise<true>): Promise<boolean> {
  const done = new AbortController();
  const late = sleep(ms, done.signal).then(() => false);
  const result = await Promise.race([work, late]);
  done.abort();
  return result;
}
