import { Redis } from 'ioredis';
import { type Logger } from '../process/logger';
import { redactUrl } from '../process/redact-url';
import { sleep } from '../process/sleep';

/** How to reach Redis. */
export interface RedisLinkOptions {
  readonly url: string;
  /** Taken where the URL has none. */
  readonly password?: string;
  readonly log: Logger;
  /** Called for every command that failed. */
  readonly onError: () => void;
}

const COMMAND_TIMEOUT_MS = 1000;
const POLL_MS = 50;
/** After a reconnect: time for all workers to tell Redis what they hold. */
const SETTLE_MS = 700;
const LONGEST_PAUSE_MS = 500;
const REFUSALS_EVERY_MS = 10_000;

/**
 * Redis as something the worker can do without: a command that fails says what is given up, and the
 * worker goes on. Commands are never queued while Redis is away, they fail at once.
 */
export class RedisLink {
  private readonly client: Redis;
  private available = true;
  /** When the connection was lost, or first sought; later failures of the same absence do not count. */
  private lostAtMs = 0;
  private connected = false;
  private wasAway = false;
  private refusalsLoggedAtMs = 0;
  private readonly backListeners: (() => Promise<void>)[] = [];
  private settled: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: RedisLinkOptions) {
    this.client = new Redis(options.url, {
      password: options.password,
      lazyConnect: true,
      enableOfflineQueue: false,
      // what all slots ask for in one turn of the event loop goes out in one write
      enableAutoPipelining: true,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      connectTimeout: 2000,
      commandTimeout: COMMAND_TIMEOUT_MS,
      retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, LONGEST_PAUSE_MS),
    });
    // every failed connection attempt lands here; the state is logged once, where it changes
    this.client.on('error', (error: Error) => this.setAvailable(false, error));
    this.client.on('close', () => {
      // each attempt to connect that fails closes too
      if (this.connected) this.lostAtMs = Date.now();
      this.connected = false;
      this.wasAway = true;
    });
    this.client.on('ready', () => {
      this.connected = true;
      this.setAvailable(true);
      // others tell again what they hold, and Redis may have come back without its data
      this.settled = Promise.all([
        ...this.backListeners.map((listener) => listener()),
        ...(this.wasAway ? [sleep(SETTLE_MS)] : []),
      ]);
    });
  }

  /** Resolves once all workers had the time to tell a Redis that came back what they hold. */
  get whenSettled(): Promise<unknown> {
    return this.settled;
  }

  /** Calls a function whenever Redis can be asked (again). */
  onBack(listener: () => Promise<void>): void {
    this.backListeners.push(listener);
  }

  /**
   * Waits for Redis where it was lost a moment ago: a restart is short, and doing without costs
   * more than waiting.
   *
   * @param graceMs longest wait, counted from the loss, or from `open` where it never was there
   * @returns whether Redis can be asked
   */
  async whenBack(graceMs: number, signal: AbortSignal): Promise<boolean> {
    // a command fails a moment before the loss of the connection is seen
    if (this.client.status === 'ready') await sleep(POLL_MS, signal);
    const end = this.lostAtMs + graceMs;
    while (this.client.status !== 'ready' && Date.now() < end && !signal.aborted) {
      await sleep(POLL_MS, signal);
    }
    return this.client.status === 'ready';
  }

  /**
   * Starts connecting.
   *
   * @param waitMs how long to wait for the connection; after that it goes on in the background
   */
  async open(waitMs: number): Promise<void> {
    this.lostAtMs = Date.now();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      const settle = () => {
        clearTimeout(timer);
        resolve();
      };
      // a failure was reported by the error listener, and the client goes on trying
      this.client.connect().then(settle, settle);
    });
  }

  /**
   * Runs commands.
   *
   * @param givenUp what the worker does without when they fail, for the log
   * @returns the result, or undefined where Redis could not be asked
   */
  async run<T>(givenUp: string, commands: (client: Redis) => Promise<T>): Promise<T | undefined> {
    try {
      return await commands(this.client);
    } catch (error) {
      this.options.onError();
      this.options.log.debug({ err: error, givenUp }, 'redis command failed');
      if (this.client.status === 'ready') this.logRefusal(error as Error, givenUp);
      else this.setAvailable(false, error as Error, givenUp);
      return undefined;
    }
  }

  /** Closes the connection; commands on their way are answered first. */
  async close(): Promise<void> {
    if (this.client.status === 'ready')
      await this.run('a clean goodbye', (client) => client.quit());
    this.client.disconnect();
  }

  /** Connected, yet out of memory, say, or too slow: that may be so for each command of a load. */
  private logRefusal(error: Error, givenUp: string): void {
    if (Date.now() - this.refusalsLoggedAtMs < REFUSALS_EVERY_MS) return;
    this.refusalsLoggedAtMs = Date.now();
    this.options.log.warn(
      { url: redactUrl(this.options.url), error: error.message, givenUp },
      'redis did not do what it was asked, going on without it',
    );
  }

  private setAvailable(available: boolean, error?: Error, givenUp?: string): void {
    if (available === this.available) return;
    this.available = available;
    const url = redactUrl(this.options.url);
    if (available) return this.options.log.info({ url }, 'redis is back');
    this.options.log.warn(
      { url, error: error?.message, givenUp: givenUp ?? 'cache and claims across workers' },
      'redis is away, going on without it',
    );
  }
}
