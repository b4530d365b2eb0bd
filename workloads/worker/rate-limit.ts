import { type RedisLink } from './redis-link';
import { Rejection } from './rejection';

/** How many requests a client may send. */
export interface RateLimitOptions {
  readonly redis: RedisLink;
  /** Requests per client and minute; 0 means no limit. */
  readonly perMinute: number;
}

const MINUTE_MS = 60_000;

// a set of ids, so that a request counts once however often it is delivered; it never grows beyond
// the limit. KEYS: the client's minute. ARGV: request, limit
const COUNT = `
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return 1 end
if redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], 120)
return 1`;

/** Limits requests per client and minute, over all workers. Without Redis there is no limit. */
export class RateLimit {
  constructor(private readonly options: RateLimitOptions) {}

  /**
   * Counts a request.
   *
   * @param client who asks; undefined is one client like any other
   * @param key the request; the same key counts once
   * @throws Rejection where the client sent too many
   */
  async count(client: string | undefined, key: string): Promise<void> {
    const { redis, perMinute } = this.options;
    if (perMinute === 0) return;
    const now = Date.now();
    const minute = Math.floor(now / MINUTE_MS);
    const counted = await redis.run('the limit on requests per minute', (commands) =>
      commands.eval(COUNT, 1, `meme:rate:${minute}:${client ?? ''}`, key, perMinute),
    );
    if (counted !== 0) return;
    const seconds = Math.ceil(((minute + 1) * MINUTE_MS - now) / 1000);
    const who =
      client === undefined
        ? "requests without a 'client_id' share a limit"
        : `'client_id' is "${client}"`;
    throw new Rejection(
      `${who}: at most ${perMinute} requests per minute are allowed; try again in ${seconds} s`,
      'rate-limited',
    );
  }
}
