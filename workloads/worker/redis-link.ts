import { Redis } from 'ioredis';
import { type Logger } from './logger';
import { redactUrl } from './redact-url';

/** How to reach Redis. */
export interface RedisLinkOptions {
  readonly url: string;
  readonly log: Logger;
  /** Called for every command that failed. */
  readonly onError: () => void;
}

const COMMAND_TIMEOUT_MS = 1000;

/**
 * Redis as something the worker can do without: a command that fails says what is given up, and the
 * worker goes on. Commands are never queued while Redis is away, they fail at once.
 */
export class RedisLink {
  private readonly client: Redis;
  private available = true;

  constructor(private readonly options: RedisLinkOptions) {
    this.client = new Redis(options.url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      connectTimeout: 2000,
      commandTimeout: COMMAND_TIMEOUT_MS,
      retryStrategy: (attempt) => Math.min(100 * 2 ** attempt, 2000),
    });
    // every failed connection attempt lands here; the state is logged once, where it changes
    this.client.on('error', (error: Error) => this.setAvailable(false, error));
    this.client.on('ready', () => this.setAvailable(true));
  }

  /**
   * Starts connecting.
   *
   * @param waitMs how long to wait for the connection; after that it goes on in the background
   */
  async open(waitMs: number): Promise<void> {
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
      this.setAvailable(false, error as Error, givenUp);
      return undefined;
    }
  }

  /** Closes the connection; commands on their way are answered first. */
  async close(): Promise<void> {
    if (this.client.status === 'ready')
      await this.run('a clean goodbye', (client) => client.quit());
    this.client.disconnect();
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
