import { Redis } from 'ioredis';
import { type Logger } from '../process/logger';
import { redactUrl } from '../process/redact-url';
import { sleep } from '../process/sleep';

/** How to reach Redis. */
export interface RedisLinkOptions {
  readonly url: string;
  /** Used where the URL has none. */
  readonly password?: string;
  readonly log: Logger;
  /** Called for every command that failed. */
  readonly onError: () => void;
  /** Told at each change whether Redis can be used. */
  readonly onUsable?: (isUsable: boolean) => void;
}

/** A connection on which Redis is silent for so long while it is asked is replaced. */
const SILENCE_MS = 2000;
// longer than the silence, so that it is the connection that fails, once for all commands on it
const COMMAND_TIMEOUT_MS = 2500;
const POLL_MS = 50;
/** After a reconnect: time for all workers to tell Redis what they hold. */
const SETTLE_MS = 700;
const MAX_PAUSE_MS = 500;
const REFUSALS_EVERY_MS = 10_000;
/** A replica is asked so often whether it has become the master, or whether another one has. */
const REPLICA_PAUSE_MS = 1000;
const PROBE_KEY = 'meme:probe';

/**
 * Redis as something the worker can do without: a command that fails says what is given up, and the
 * worker goes on. While Redis cannot be used, commands fail at once: they are neither queued nor sent.
 */
export class RedisLink {
  private readonly client: Redis;
  private available = true;
  /** Whether the present connection leads to a Redis that answers and takes writes. */
  private usable = false;
  private closing = false;
  /** When it was lost, or first looked for; later failures of the same absence do not count. */
  private lostAtMs = 0;
  private wasAway = false;
  private refusalsLoggedAtMs = -REFUSALS_EVERY_MS;
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
      socketTimeout: SILENCE_MS,
      commandTimeout: COMMAND_TIMEOUT_MS,
      retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, MAX_PAUSE_MS),
    });
    // every failed connection attempt lands here; the state is logged once, where it changes
    this.client.on('error', (error: Error) => this.setAvailable(false, error));
    this.client.on('close', () => {
      this.lose();
      this.wasAway = true;
    });
    this.client.on('ready', () => void this.probe());
  }

  /** Resolves once all workers had the time to tell a Redis that came back what they hold. */
  get whenSettled(): Promise<unknown> {
    return this.settled;
  }

  /** Calls a function whenever Redis can be used (again). */
  onBack(listener: () => Promise<void>): void {
    this.backListeners.push(listener);
  }

  /**
   * Waits for Redis where it was lost a moment ago: a restart is short, and doing without costs
   * more than waiting.
   *
   * @param graceMs longest wait, counted from the loss, or from `open` where it was never found
   * @returns whether Redis can be used
   */
  async whenBack(graceMs: number, signal: AbortSignal): Promise<boolean> {
    // a command fails a moment before the loss of the connection is seen
    if (this.usable) await sleep(POLL_MS, signal);
    const end = this.lostAtMs + graceMs;
    while (!this.usable && performance.now() < end && !signal.aborted) {
      await sleep(POLL_MS, signal);
    }
    return this.usable;
  }

  /**
   * Starts connecting.
   *
   * @param waitMs how long to wait for Redis; after that the attempts continue in the background
   */
  async open(waitMs: number): Promise<void> {
    const startedAtMs = performance.now();
    this.lostAtMs = startedAtMs;
    // a failure was reported by the error listener, and the client keeps trying
    const connecting = this.client.connect().then(
      () => true,
      () => false,
    );
    const late = new AbortController();
    const mayBeUsed = await Promise.race([connecting, sleep(waitMs, late.signal)]);
    late.abort();
    if (mayBeUsed !== true) return;
    while (!this.usable && performance.now() - startedAtMs < waitMs) await sleep(5);
  }

  /**
   * Runs commands.
   *
   * @param givenUp what the worker does without when they fail, for the log
   * @returns the result, or undefined where Redis could not be asked
   */
  async run<T>(givenUp: string, commands: (client: Redis) => Promise<T>): Promise<T | undefined> {
    try {
      if (!this.usable) throw new Error('redis cannot be used at present');
      return await commands(this.client);
    } catch (err) {
      const error = err as Error;
      this.options.onError();
      this.options.log.debug({ err: error, givenUp }, 'redis command failed');
      if (isReplica(error)) this.leaveReplica(error);
      else if (this.usable) this.logRefusal(error, givenUp);
      else this.setAvailable(false, error, givenUp);
      return undefined;
    }
  }

  /** Closes the connection; commands on their way are answered first. */
  async close(): Promise<void> {
    this.closing = true;
    if (this.usable) await this.run('an orderly end', (client) => client.quit());
    this.client.disconnect();
  }

  /** A write tells a Redis that works from one that accepts connections only, and from a replica. */
  private async probe(): Promise<void> {
    try {
      await this.client.set(PROBE_KEY, '1', 'PX', 1000);
    } catch (error) {
      if (isReplica(error as Error)) {
        this.leaveReplica(error as Error);
        return;
      }
      // the connection broke, which the listeners see, or Redis refuses this one command
      if (this.client.status !== 'ready') return;
    }
    this.usable = true;
    this.setAvailable(true);
    // others tell again what they hold, and Redis may have come back without its data
    this.settled = Promise.all([
      ...this.backListeners.map((listener) => listener()),
      ...(this.wasAway ? [sleep(SETTLE_MS)] : []),
    ]);
  }

  /** After a failover the name leads elsewhere: only a new connection finds the new master. */
  private leaveReplica(error: Error): void {
    const wasUsable = this.usable;
    this.lose();
    this.setAvailable(false, error);
    const reconnect = () => !this.closing && this.client.disconnect(true);
    if (wasUsable) reconnect();
    else setTimeout(reconnect, REPLICA_PAUSE_MS).unref();
  }

  private lose(): void {
    // each attempt to connect that fails closes too
    if (this.usable) this.lostAtMs = performance.now();
    this.usable = false;
  }

  /** Connected, yet out of memory, say: that may be so for each command of a load. */
  private logRefusal(error: Error, givenUp: string): void {
    const now = performance.now();
    if (now - this.refusalsLoggedAtMs < REFUSALS_EVERY_MS) return;
    this.refusalsLoggedAtMs = now;
    this.options.log.warn(
      { url: redactUrl(this.options.url), error: error.message, givenUp },
      'redis refused a command, going on without it',
    );
  }

  private setAvailable(available: boolean, error?: Error, givenUp?: string): void {
    this.options.onUsable?.(available);
    if (available === this.available || this.closing) return;
    this.available = available;
    const url = redactUrl(this.options.url);
    if (available) return this.options.log.info({ url }, 'redis is back');
    this.options.log.warn(
      { url, error: error?.message, givenUp: givenUp ?? 'cache and claims across workers' },
      'redis is away, going on without it',
    );
  }
}

function isReplica(error: Error): boolean {
  return error.message.startsWith('READONLY');
}
