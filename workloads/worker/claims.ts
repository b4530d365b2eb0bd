import { randomUUID } from 'node:crypto';
import { type RedisLink } from './redis-link';

/**
 * What became of a claim: `mine`; `answered` before; `elsewhere` when another message with the same
 * id is being worked on; `same-message` when an earlier delivery of this very message still is;
 * `unknown` when Redis could not be asked.
 */
export type ClaimState = 'mine' | 'answered' | 'elsewhere' | 'same-message' | 'unknown';

/** Timing of the claims. */
export interface ClaimsOptions {
  readonly redis: RedisLink;
  /** How long an answered id is remembered, in seconds. */
  readonly answeredSeconds: number;
}

// KEYS: answered, claim. ARGV: holder, lease in milliseconds
const CLAIM = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 'answered' end
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return 'mine' end
return redis.call('GET', KEYS[2])`;

// a lease that ran out, or that Redis lost in a restart, is taken again where nobody else has it
const RENEW = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/** Claims on request ids, shared by all workers through Redis. */
export class Claims {
  constructor(private readonly options: ClaimsOptions) {}

  /**
   * Claims an id.
   *
   * @param message names the message, the same for each of its deliveries
   * @param leaseMs how long the claim holds unless it is renewed
   */
  async take(id: string, message: string, leaseMs: number): Promise<Claim> {
    const claim = new Claim(this.options.redis, id, `${message} ${randomUUID()}`, leaseMs);
    const result = await this.options.redis.run('the check for duplicates', (client) =>
      client.eval(CLAIM, 2, answeredKey(id), claimKey(id), claim.holder, leaseMs),
    );
    claim.state = stateOf(result as string | undefined, message);
    return claim;
  }

  /** Remembers that an id was answered, and drops the claim on it. */
  async markAnswered(id: string): Promise<void> {
    await this.options.redis.run('the note that a request was answered', (client) =>
      client
        .multi()
        .set(answeredKey(id), '1', 'EX', this.options.answeredSeconds)
        .del(claimKey(id))
        .exec(),
    );
  }
}

/** One claim on one id. */
export class Claim {
  /** @internal set once, by {@link Claims.take} */
  state: ClaimState = 'unknown';

  /** @internal */
  constructor(
    private readonly redis: RedisLink,
    private readonly id: string,
    readonly holder: string,
    private readonly leaseMs: number,
  ) {}

  /** Prolongs the claim for another lease. */
  async renew(): Promise<void> {
    await this.redis.run('the renewal of a claim', (client) =>
      client.eval(RENEW, 1, claimKey(this.id), this.holder, this.leaseMs),
    );
  }

  /** Lets others claim the id; nothing happens where the claim is not held any more. */
  async release(): Promise<void> {
    await this.redis.run('the release of a claim', (client) =>
      client.eval(RELEASE, 1, claimKey(this.id), this.holder),
    );
  }
}

function stateOf(result: string | undefined, message: string): ClaimState {
  if (result === undefined) return 'unknown';
  if (result === 'mine' || result === 'answered') return result;
  return result.startsWith(`${message} `) ? 'same-message' : 'elsewhere';
}

const answeredKey = (id: string): string => `meme:answered:${id}`;
const claimKey = (id: string): string => `meme:claim:${id}`;
