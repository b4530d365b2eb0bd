import { CommandBatch } from './command-batch';
import { Lease, newHolder } from './lease';
import { type RedisLink } from './redis-link';

/**
 * What became of a claim: `mine`; `answered` before; `elsewhere` when another durable message with
 * the same id is being worked on; `same-message` when an earlier delivery of this very message still
 * is; `core` when it is worked on straight from its publisher, which nothing makes sure; `unknown`
 * when Redis could not be asked.
 */
export type ClaimState = 'mine' | 'answered' | 'elsewhere' | 'same-message' | 'core' | 'unknown';

/** Timing of the claims. */
export interface ClaimsOptions {
  readonly redis: RedisLink;
  /** How long an answered id is remembered, in seconds. */
  readonly answeredSeconds: number;
  /**
   * Whether answers can be published. A worker that is cut off from NATS but not from Redis must not
   * keep a claim: others would wait for it.
   *
   * @default - always
   */
  readonly canAnswer?: () => boolean;
}

/** Names the holder of a claim that no durable message stands behind. */
export const CORE_MESSAGE = 'core';

/** At least so many answers are told Redis again after it came back, perhaps without its data. */
const REMEMBERED_ANSWERS = 10_000;
/** A restart of Redis takes less; after that the worker goes on without it. */
const REDIS_GRACE_MS = 3000;
const NEVER = new AbortController().signal;

const ANSWERED = 'meme:answered:';
const CLAIMED = 'meme:claim:';

// Many claims are one argument, with the names in it: to the client, each argument costs as much as
// a short command.

// ARGV: JSON of an array of [id, holder, lease in milliseconds]
const CLAIM = `
local states = {}
for i, claim in ipairs(cjson.decode(ARGV[1])) do
  local id, holder, lease = unpack(claim)
  if redis.call('EXISTS', '${ANSWERED}' .. id) == 1 then states[i] = 'answered'
  elseif redis.call('SET', '${CLAIMED}' .. id, holder, 'NX', 'PX', lease) then states[i] = 'mine'
  else states[i] = redis.call('GET', '${CLAIMED}' .. id) end
end
return states`;

// ARGV: JSON of an array of ids, how long to remember them, in seconds
const NOTE = `
for _, id in ipairs(cjson.decode(ARGV[1])) do
  redis.call('SET', '${ANSWERED}' .. id, '1', 'EX', ARGV[2])
  redis.call('DEL', '${CLAIMED}' .. id)
end
return 1`;

interface ClaimNames {
  readonly id: string;
  readonly holder: string;
  readonly leaseMs: number;
}

/** Claims on request ids, shared by all workers through Redis. */
export class Claims {
  private readonly held = new Set<Claim>();
  // of two generations, since a map whose oldest entry goes with each new one is slow
  private answered = new Map<string, number>();
  private answeredBefore = new Map<string, number>();
  private readonly takes = new CommandBatch((claims: readonly ClaimNames[]) =>
    this.options.redis.run('the check for duplicates', (client) => {
      const asked = claims.map(({ id, holder, leaseMs }) => [id, holder, leaseMs]);
      return client.eval(CLAIM, 0, JSON.stringify(asked)) as Promise<string[]>;
    }),
  );
  private readonly notes = new CommandBatch((ids: readonly string[]) =>
    this.options.redis.run('the note that a request was answered', async (client) => {
      await client.eval(NOTE, 0, JSON.stringify(ids), this.options.answeredSeconds);
      return ids;
    }),
  );

  constructor(private readonly options: ClaimsOptions) {
    options.redis.onBack(() => this.tellAgain());
  }

  /**
   * Claims an id.
   *
   * @param message names the message, the same for each of its deliveries
   * @param leaseMs how long the claim holds unless it is renewed; it is renewed until it is dropped
   * @param patience where given, a Redis that was lost a moment ago is waited for until it aborts
   */
  async take(id: string, message: string, leaseMs: number, patience?: AbortSignal): Promise<Claim> {
    const { redis } = this.options;
    const holder = `${message} ${newHolder()}`;
    const ask = async () => {
      await redis.whenSettled;
      return this.takes.add({ id, holder, leaseMs });
    };
    let result = await ask();
    if (result === undefined && patience && (await redis.whenBack(REDIS_GRACE_MS, patience))) {
      result = await ask();
    }
    const state = stateOf(result, message);
    const claim = new Claim(id, state, this.lease(id, holder, leaseMs));
    if (state === 'mine') this.held.add(claim.start());
    return claim;
  }

  /**
   * Drops a claim, so that others can take the id; nothing happens where it is not held any more.
   */
  async release(claim: Claim): Promise<void> {
    if (this.drop(claim)) await claim.lease.release();
  }

  /**
   * Remembers that the id was answered, and drops the claim on it.
   *
   * @returns false where Redis could not be told; it is once it is back, unless this process ends
   */
  async markAnswered(claim: Claim): Promise<boolean> {
    this.drop(claim);
    if (this.answered.size >= REMEMBERED_ANSWERS) {
      this.answeredBefore = this.answered;
      this.answered = new Map();
    }
    this.answered.set(claim.id, performance.now());
    const { redis } = this.options;
    const note = async () => (claim.isNoted = (await this.notes.add(claim.id)) !== undefined);
    if (await note()) return true;
    // this process may end before it could tell Redis again
    return (await redis.whenBack(REDIS_GRACE_MS, NEVER)) && (await note());
  }

  /** Ends the renewal of a claim. @returns whether it was held until now */
  private drop(claim: Claim): boolean {
    claim.lease.stop();
    return this.held.delete(claim);
  }

  private lease(id: string, holder: string, leaseMs: number): Lease {
    const { redis, canAnswer: mayRenew } = this.options;
    return new Lease({
      redis,
      key: claimKey(id),
      doneKey: answeredKey(id),
      holder,
      leaseMs,
      mayRenew,
    });
  }

  private async tellAgain(): Promise<void> {
    const oldest = performance.now() - this.options.answeredSeconds * 1000;
    const recent = [...this.answeredBefore, ...this.answered].filter(([, at]) => at > oldest);
    await Promise.all([...this.held].map(({ lease }) => lease.renew()));
    if (recent.length === 0) return;
    await this.options.redis.run('the notes of answered requests', (client) => {
      const notes = client.pipeline();
      for (const [id, at] of recent) {
        notes.set(answeredKey(id), '1', 'PX', Math.max(1, Math.round(at - oldest)));
      }
      return notes.exec();
    });
  }
}

/** One claim on one id; a claim that is `mine` renews itself. */
export class Claim {
  /** Whether Redis knows that the id was answered: then another delivery of it does no harm. */
  isNoted = false;

  /** @internal */
  constructor(
    readonly id: string,
    readonly state: ClaimState,
    readonly lease: Lease,
  ) {}

  /** Whether the work may go on: false once someone else has answered the request or works on it. */
  async isStillValid(): Promise<boolean> {
    return this.state !== 'mine' || this.lease.isStillHeld();
  }

  /** @internal */
  start(): this {
    this.lease.start();
    return this;
  }
}

function stateOf(result: string | undefined, message: string): ClaimState {
  if (result === undefined) return 'unknown';
  if (result === 'mine' || result === 'answered') return result;
  if (result.startsWith(`${CORE_MESSAGE} `)) return 'core';
  return result.startsWith(`${message} `) ? 'same-message' : 'elsewhere';
}

const answeredKey = (id: string): string => `${ANSWERED}${id}`;
const claimKey = (id: string): string => `${CLAIMED}${id}`;
