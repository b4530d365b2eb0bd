import { createHash, randomUUID } from 'node:crypto';
import { type Picture } from './generator';
import { type WorkerMetrics } from './metrics';
import { RecentPictures } from './recent-pictures';
import { type RedisLink } from './redis-link';
import { sleep } from '../process/sleep';

/** How pictures are kept. */
export interface MemeCacheOptions {
  readonly redis: RedisLink;
  /** How long a picture stays; 0 turns the cache off. */
  readonly ttlSeconds: number;
  readonly metrics: WorkerMetrics;
}

/** A picture, and whether it was taken from the cache or from someone else's work. */
export interface CachedPicture {
  readonly picture: Picture;
  readonly cached: boolean;
}

const LEASE_MS = 10_000;
/** Encoded for an answer, a picture takes as much again and a third more. */
const RECENT_BYTES = 6 * 1024 * 1024;
const RECENT_MS = 60_000;
const LOOK_AGAIN_MS = 200;

const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;
const RENEW = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0`;

/**
 * Pictures in Redis, those asked for last also in this process, for at most a minute. The same
 * picture is made once, however many requests want it at once.
 */
export class MemeCache {
  private readonly making = new Map<string, Promise<CachedPicture>>();
  private readonly recent: RecentPictures;

  constructor(private readonly options: MemeCacheOptions) {
    this.recent = new RecentPictures({
      maxBytes: RECENT_BYTES,
      maxAgeMs: Math.min(RECENT_MS, options.ttlSeconds * 1000),
    });
  }

  /**
   * The key of a picture. Prompts that differ in case, in spaces or in the form of their accents
   * give the same picture; a line break is no space, since a caption may end at it.
   *
   * @param variant what the picture depends on besides prompt and size
   */
  static key(variant: string, size: number, prompt: string): string {
    const normal = prompt
      .normalize('NFC')
      .trim()
      .replace(/[^\S\n]+/g, ' ')
      .toLowerCase();
    return createHash('sha256').update(`${variant}\n${size}\n${normal}`).digest('hex');
  }

  /** Under which name Redis holds a picture. */
  static imageKey(key: string): string {
    return `meme:image:${key}`;
  }

  /**
   * Takes the picture from the cache, or from whoever makes it right now, or makes it.
   *
   * @throws what `make` throws
   */
  async getOrMake(
    key: string,
    make: () => Promise<Picture>,
    signal: AbortSignal,
  ): Promise<CachedPicture> {
    if (this.options.ttlSeconds === 0) {
      this.options.metrics.cacheMisses.inc();
      return { picture: await make(), cached: false };
    }
    const recent = this.recent.get(key);
    if (recent) {
      this.options.metrics.cacheHits.inc();
      return { picture: recent, cached: true };
    }
    const inProcess = this.making.get(key);
    if (inProcess) {
      const { picture } = await inProcess;
      this.options.metrics.cacheHits.inc();
      return { picture, cached: true };
    }
    const work = this.lookUpOrMake(key, make, signal);
    this.making.set(key, work);
    try {
      const result = await work;
      this.recent.put(key, result.picture);
      return result;
    } finally {
      this.making.delete(key);
    }
  }

  private async lookUpOrMake(
    key: string,
    make: () => Promise<Picture>,
    signal: AbortSignal,
  ): Promise<CachedPicture> {
    const lock = new MakingLock(this.options.redis, key);
    while (!signal.aborted) {
      const found = await this.read(key);
      if (found) {
        this.options.metrics.cacheHits.inc();
        return { picture: found, cached: true };
      }
      if (await lock.take()) break;
      await sleep(LOOK_AGAIN_MS, signal);
    }
    try {
      signal.throwIfAborted();
      this.options.metrics.cacheMisses.inc();
      const picture = await make();
      await this.write(key, picture);
      return { picture, cached: false };
    } finally {
      await lock.release();
    }
  }

  private async read(key: string): Promise<Picture | undefined> {
    const stored = await this.options.redis.run('the cached picture', (client) =>
      client.getBuffer(MemeCache.imageKey(key)),
    );
    if (!stored) return undefined;
    const end = stored.indexOf(0);
    return { mimeType: stored.toString('latin1', 0, end), bytes: stored.subarray(end + 1) };
  }

  private async write(key: string, picture: Picture): Promise<void> {
    const value = Buffer.concat([Buffer.from(`${picture.mimeType}\0`, 'latin1'), picture.bytes]);
    await this.options.redis.run('caching a picture', (client) =>
      client.set(MemeCache.imageKey(key), value, 'EX', this.options.ttlSeconds),
    );
  }
}

/** Held by the one worker that makes a picture; others wait for the picture or for the lock. */
class MakingLock {
  private readonly holder = randomUUID();
  private renewal?: NodeJS.Timeout;

  constructor(
    private readonly redis: RedisLink,
    private readonly key: string,
  ) {}

  /** @returns true also where Redis cannot be asked: a picture too many is better than none */
  async take(): Promise<boolean> {
    const taken = await this.redis.run('making each picture only once', (client) =>
      client.set(lockKey(this.key), this.holder, 'PX', LEASE_MS, 'NX'),
    );
    if (taken === null) return false;
    this.renewal = setInterval(() => void this.renew(), LEASE_MS / 3);
    return true;
  }

  async release(): Promise<void> {
    clearInterval(this.renewal);
    await this.redis.run('the release of a lock', (client) =>
      client.eval(RELEASE, 1, lockKey(this.key), this.holder),
    );
  }

  private async renew(): Promise<void> {
    await this.redis.run('the renewal of a lock', (client) =>
      client.eval(RENEW, 1, lockKey(this.key), this.holder, LEASE_MS),
    );
  }
}

const lockKey = (key: string): string => `meme:making:${key}`;
