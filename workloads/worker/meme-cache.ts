import { createHash } from 'node:crypto';
import { type LRUCache } from 'lru-cache';
import { type Picture } from './generator';
import { Lease, type LeaseOptions, newHolder } from './lease';
import { type WorkerMetrics } from './metrics';
import { recentPictures } from './recent-pictures';
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

/**
 * Pictures in Redis, those asked for last also in this process, for at most a minute. The same
 * picture is made once, however many requests want it at once.
 */
export class MemeCache {
  private readonly making = new Map<string, Promise<CachedPicture>>();
  private readonly recent: LRUCache<string, Picture>;

  constructor(private readonly options: MemeCacheOptions) {
    this.recent = recentPictures({
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
      this.recent.set(key, result.picture);
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
    const { redis } = this.options;
    const lock = { redis, key: lockKey(key), holder: newHolder(), leaseMs: LEASE_MS };
    const lease = new Lease(lock);
    while (!signal.aborted) {
      const found = await this.read(key);
      if (found) {
        this.options.metrics.cacheHits.inc();
        return { picture: found, cached: true };
      }
      if (await this.takeLock(lock)) break;
      await sleep(LOOK_AGAIN_MS, signal);
    }
    lease.start();
    try {
      signal.throwIfAborted();
      this.options.metrics.cacheMisses.inc();
      const picture = await make();
      await this.write(key, picture);
      return { picture, cached: false };
    } finally {
      await lease.release();
    }
  }

  /**
   * Only the worker with the lock makes the picture; others wait for the picture or for the lock.
   *
   * @returns true also where Redis cannot be asked: a picture too many is better than none
   */
  private async takeLock(lock: LeaseOptions): Promise<boolean> {
    const taken = await this.options.redis.run('making each picture only once', (client) =>
      client.set(lock.key, lock.holder, 'PX', lock.leaseMs, 'NX'),
    );
    return taken !== null;
  }

  private async read(key: string): Promise<Picture | undefined> {
    const stored = await this.options.redis.run('the cached picture', (client) =>
      client.getBuffer(MemeCache.imageKey(key)),
    );
    const end = stored?.indexOf(0) ?? -1;
    // an entry that something emptied or cut is no picture
    if (!stored || end <= 0 || end + 1 === stored.length) return undefined;
    return { mimeType: stored.toString('latin1', 0, end), bytes: stored.subarray(end + 1) };
  }

  private async write(key: string, picture: Picture): Promise<void> {
    const value = Buffer.concat([Buffer.from(`${picture.mimeType}\0`, 'latin1'), picture.bytes]);
    await this.options.redis.run('caching a picture', (client) =>
      client.set(MemeCache.imageKey(key), value, 'EX', this.options.ttlSeconds),
    );
  }
}

const lockKey = (key: string): string => `meme:making:${key}`;
