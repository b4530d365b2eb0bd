import { randomUUID } from 'node:crypto';
import { type RedisLink } from './redis-link';

/** What a lease is on, and for how long. */
export interface LeaseOptions {
  readonly redis: RedisLink;
  /** Key in Redis that names the holder. */
  readonly key: string;
  /** Value of the key while this lease is held. */
  readonly holder: string;
  /** How long it is held without a renewal, in whole milliseconds. */
  readonly leaseMs: number;
  /** A key that, once it exists, ends the lease for good. */
  readonly doneKey?: string;
  /**
   * Whether the work is still worth being waited for.
   *
   * @default - always
   */
  readonly mayRenew?: () => boolean;
}

// a lease that ran out, or that Redis lost in a restart, is taken again where nobody else has it
const RENEW = `
if KEYS[2] and redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/** A name for one holder of one lease. */
export const newHolder = (): string => randomUUID();

/** A key in Redis that one process holds and renews until it stops. */
export class Lease {
  private renewal?: NodeJS.Timeout;
  private lost = false;
  /** Until then nobody else can have it; by a clock that also runs while the process is frozen. */
  private sureUntilMs = 0;

  constructor(private readonly options: LeaseOptions) {}

  /** Begins the renewals of a lease that was just taken. */
  start(): void {
    const { leaseMs } = this.options;
    this.sureUntilMs = performance.now() + leaseMs;
    this.renewal = setInterval(() => void this.renew(), leaseMs / 3);
  }

  /** Whether Redis said that someone else has it, or that the work is done. */
  get isLost(): boolean {
    return this.lost;
  }

  /**
   * Asks Redis where too much time has passed since the last renewal, as in a process that was frozen.
   *
   * @returns false where the lease was lost; true also where Redis cannot say
   */
  async isStillHeld(): Promise<boolean> {
    if (!this.lost && performance.now() >= this.sureUntilMs) await this.renew();
    return !this.lost;
  }

  /** Renews once. */
  async renew(): Promise<void> {
    const { redis, key, doneKey, holder, leaseMs, mayRenew } = this.options;
    if (this.lost || mayRenew?.() === false) return;
    const askedAtMs = performance.now();
    const keys = doneKey === undefined ? [key] : [key, doneKey];
    const renewed = await redis.run('the renewal of a lease', (client) =>
      client.eval(RENEW, keys.length, ...keys, holder, leaseMs),
    );
    if (renewed === 1) this.sureUntilMs = askedAtMs + leaseMs;
    if (renewed !== 0) return;
    this.lost = true;
    this.stop();
  }

  /** Ends the renewals. */
  stop(): void {
    clearInterval(this.renewal);
  }

  /** Ends the renewals and frees the key where it is still held. */
  async release(): Promise<void> {
    this.stop();
    const { redis, key, holder } = this.options;
    await redis.run('the release of a lease', (client) => client.eval(RELEASE, 1, key, holder));
  }
}
