import { type RedisLink } from './redis-link';

// a message waits for a worker no longer than that; then its deliveries count in full
const REMEMBERED_SECONDS = 24 * 3600;

// KEYS: the message. ARGV: seconds
const NOTE = `
local count = redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], ARGV[1])
return count`;

const OPEN = `
redis.call('SET', KEYS[1], 0, 'EX', ARGV[1], 'NX')
return redis.call('GET', KEYS[1])`;

const READ = `return redis.call('GET', KEYS[1])`;

/**
 * Deliveries that were no attempt, because the message was given back before anything went wrong with
 * it. JetStream counts each delivery, and has no way to return a message without counting it; so the
 * account is kept beside it, in Redis.
 */
export class GiveBacks {
  constructor(private readonly redis: RedisLink) {}

  /** Notes that the present delivery of a message was no attempt. */
  async note(message: string): Promise<void> {
    await this.redis.run('the account of deliveries without an attempt', (client) =>
      client.eval(NOTE, 1, keyOf(message), REMEMBERED_SECONDS),
    );
  }

  /**
   * @param deliveries of the message so far, the present one included; at least 2
   * @returns deliveries without an attempt, or undefined where Redis cannot say or has forgotten
   */
  async count(message: string, deliveries: number): Promise<number | undefined> {
    const noted = await this.redis.run('the account of deliveries without an attempt', (client) =>
      // the second delivery opens the account: from then on none means that Redis has lost it
      client.eval(deliveries === 2 ? OPEN : READ, 1, keyOf(message), REMEMBERED_SECONDS),
    );
    return noted === undefined || noted === null ? undefined : Number(noted);
  }
}

const keyOf = (message: string): string => `meme:given-back:${message}`;
