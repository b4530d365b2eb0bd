import { setMaxListeners } from 'node:events';
import { type Msg, type NatsConnection, type Subscription } from 'nats';
import { type Answerer, type Job } from './answerer';
import { CORE_MESSAGE, type Claim, type Claims } from './claims';
import { type Incoming } from './incoming';
import { type Logger } from '../process/logger';
import { type Outcome, type WorkerMetrics } from './metrics';
import { parseRequest } from './parse-request';
import { readHeader } from './read-header';
import { Rejection } from './rejection';
import { RequestTrace } from './request-trace';
import { sleep } from '../process/sleep';
import { type Slots } from './slots';

/** What the requests that come straight from their publishers need. */
export interface CoreSubscriptionOptions {
  readonly connection: NatsConnection;
  readonly subject: string;
  /** One member of the group gets each message. */
  readonly queueGroup: string;
  readonly claims: Claims;
  readonly leaseMs: number;
  readonly answerer: Answerer;
  readonly slots: Slots;
  readonly metrics: WorkerMetrics;
  readonly log: Logger;
}

const ABORTED_WORK_MS = 1000;

/**
 * Takes requests straight from their publishers, beside the durable consumer, which gets each of
 * them as well. This path may therefore leave a request at any time: where no slot is free, where
 * the request has no id to know it by, where Redis cannot say who works on it, or where the work
 * fails. The durable message then brings the answer.
 */
export class CoreSubscription {
  private readonly aborting = new AbortController();
  private readonly working = new Set<Promise<void>>();
  private subscription?: Subscription;
  private canClaim = true;

  constructor(private readonly options: CoreSubscriptionOptions) {
    // each request in work listens; by default more than ten are taken for a leak
    setMaxListeners(0, this.aborting.signal);
  }

  /** Messages being worked on. */
  get inFlight(): number {
    return this.working.size;
  }

  /** Joins the queue group. */
  start(): void {
    const { connection, subject, queueGroup, log } = this.options;
    this.subscription = connection.subscribe(subject, {
      queue: queueGroup,
      callback: (error, message) => {
        if (error) return log.error({ err: error }, 'nats refuses the core subscription');
        const work = this.receive(message).finally(() => this.working.delete(work));
        this.working.add(work);
      },
    });
    log.info({ subject, queueGroup }, 'core nats subscription is open');
  }

  /**
   * Leaves the queue group and waits for the work in flight; what takes too long is left.
   *
   * @param graceMs time for the work in flight
   */
  async stop(graceMs: number): Promise<void> {
    this.subscription?.unsubscribe();
    await this.whenIdle(graceMs);
    this.aborting.abort(new Error('the worker stops'));
    await this.whenIdle(ABORTED_WORK_MS);
  }

  private async whenIdle(ms: number): Promise<void> {
    const over = new AbortController();
    await Promise.race([Promise.all(this.working), sleep(ms, over.signal)]);
    over.abort();
  }

  private async receive(message: Msg): Promise<void> {
    const { metrics, slots, log } = this.options;
    const startedAtMs = Date.now();
    const stopwatch = metrics.stopwatch();
    metrics.coreMessages.inc();
    metrics.requests.inc({ source: 'core' });
    let outcome: Outcome = 'left';
    const request = incoming(message);
    const trace = RequestTrace.begin(request, startedAtMs, 1);
    if (slots.tryTake()) {
      metrics.inFlight.inc();
      try {
        outcome = await this.work(request, trace, startedAtMs);
      } catch (err) {
        log.error({ err, source: 'core' }, 'request left to jetstream');
      } finally {
        metrics.inFlight.dec();
        slots.release();
      }
    }
    metrics.finished('core', outcome, stopwatch());
    trace.end(outcome);
  }

  private async work(
    request: Incoming,
    trace: RequestTrace,
    startedAtMs: number,
  ): Promise<Outcome> {
    const { claims, leaseMs, log: parent } = this.options;
    const parsed = parseRequest(request);
    trace.name(parsed.id);
    if ('fault' in parsed || parsed.id === '') return 'left';
    const log = parent.child({ id: parsed.id, source: 'core' });
    const claim = await trace.during('claim', async (span) => {
      const taken = await claims.take(parsed.key, CORE_MESSAGE, leaseMs);
      span.setAttribute('meme.claim', taken.state);
      return taken;
    });
    log.debug({ state: claim.state }, 'claim');
    if (claim.state !== 'mine') return this.notMine(claim, log);
    this.canClaim = true;
    const abort = this.aborting.signal;
    const names = { names: parsed, source: 'core' } as const;
    const job: Job = { ...names, claim, startedAtMs, queuedMs: 0, abort, trace, log };
    try {
      return await this.options.answerer.answer(job, parsed.request);
    } catch (error) {
      if (error instanceof Rejection) {
        await this.options.answerer.refuse(job, error.message, error.reason);
        return 'error';
      }
      log.warn({ err: error }, 'request failed, leaving it to jetstream');
      return 'left';
    } finally {
      await claims.release(claim);
    }
  }

  private notMine(claim: Claim, log: Logger): Outcome {
    const { metrics } = this.options;
    if (claim.state === 'unknown') {
      if (this.canClaim) log.warn('redis is away: core nats is given up, jetstream answers alone');
      this.canClaim = false;
      return 'left';
    }
    if (claim.state === 'answered') metrics.duplicates.inc();
    else metrics.claimConflicts.inc({ source: 'core' });
    log.debug({ state: claim.state }, 'request is known already');
    return 'duplicate';
  }
}

function incoming(message: Msg): Incoming {
  return {
    source: 'core',
    data: message.data,
    derivedId: '',
    header: (name) => readHeader(() => message.headers, name),
  };
}
