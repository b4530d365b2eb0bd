import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { DEAD_REASONS, type DeadReason } from '../protocol/headers';
import { type Source } from './incoming';

const REASONS = [
  'invalid',
  'moderated',
  'rate-limited',
  'generator',
  'exhausted',
  'publish',
  'internal',
] as const;

/** Why an attempt did not end in a picture. */
export type ErrorReason = (typeof REASONS)[number];

const OUTCOMES = [
  'made',
  'cached',
  'duplicate',
  'error',
  'retry',
  'given-back',
  'left',
  'unsettled',
] as const;

/**
 * How the work on one message ended: with a `made` or `cached` picture; as a `duplicate`; with an
 * answer that is an `error`; to `retry` later; `given-back` because the worker stops; `left` to the
 * durable consumer; `unsettled` where the server did not confirm, so that it comes again.
 */
export type Outcome = (typeof OUTCOMES)[number];

const SOURCES: readonly Source[] = ['jetstream', 'core'];

// from a picture out of the cache to a model that is woken up for it
const WORK_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120];
const WAIT_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900];

/** Every metric of the worker, on a registry of its own. */
export class WorkerMetrics {
  readonly registry = new Registry();

  /** Read by the throughput panel and by the load reports. */
  readonly requests = this.bySource('requests_total', 'Requests taken');

  /** Read by the source panel: what came straight from publishers, whatever became of it. */
  readonly coreMessages = this.counter('core_nats_messages_total', 'Messages of the queue group');

  /** Read by the source panel: what came through the durable consumer, redeliveries included. */
  readonly jetstreamMessages = this.counter(
    'jetstream_messages_total',
    'Messages of the durable consumer',
  );

  /** Read by the outcome panel. */
  readonly outcomes = new Counter({
    name: 'meme_generator_outcomes_total',
    help: 'Messages by source and by how the work on them ended',
    labelNames: ['source', 'outcome'],
    registers: [this.registry],
  });

  /** Read by the throughput panel and by the seconds-per-meme recording rule. */
  readonly successes = this.bySource('success_total', 'Requests answered with a picture');

  /** Read by the error alert, by reason. */
  readonly errors = new Counter({
    name: 'meme_generator_errors_total',
    help: 'Attempts that failed, by reason',
    labelNames: ['reason'],
    registers: [this.registry],
  });

  /** Read by the cache hit ratio panel. */
  readonly cacheHits = this.counter('cache_hits_total', 'Pictures found or made by someone else');

  /** Read by the cache hit ratio panel. */
  readonly cacheMisses = this.counter('cache_misses_total', 'Pictures that had to be made');

  /** Read by the Redis alert: 0 while the worker works without cache and claims. */
  readonly redisUp = this.gauge('redis_up', 'Whether Redis answers and takes writes');

  /** Read by the panel of Redis errors. */
  readonly cacheErrors = this.counter('cache_errors_total', 'Redis commands that failed');

  /** Read by the latency panel. */
  readonly processing = new Histogram({
    name: 'meme_generator_processing_duration_seconds',
    help: 'From taking a request to its acknowledgement',
    labelNames: ['source', 'outcome'],
    buckets: WORK_SECONDS,
    registers: [this.registry],
  });

  /** Read by the latency panel and by the seconds-per-meme recording rule. */
  readonly generation = this.histogram(
    'generation_duration_seconds',
    'Making one picture',
    WORK_SECONDS,
  );

  /** Read by the end-to-end latency panel: the part that scaling can remove. */
  readonly queueWait = this.histogram(
    'queue_wait_seconds',
    'From the publication of a request to the start of its work',
    WAIT_SECONDS,
  );

  /** Read by the utilisation panel, against the concurrency. */
  readonly inFlight = this.gauge('in_flight', 'Requests being worked on');

  /** Read by the utilisation panel. */
  readonly concurrency = this.gauge('concurrency', 'Requests this worker takes at the same time');

  /** Read by the scale-down report: work that was given back or whose worker died. */
  readonly redeliveries = this.counter('redeliveries_total', 'Requests delivered more than once');

  /** Read by the once-only check of the load reports. */
  readonly duplicates = this.counter(
    'duplicate_messages_total',
    'Messages whose request was answered already, or is being answered for another message',
  );

  /** Read by the once-only check of the load reports: where the two paths met. */
  readonly claimConflicts = this.bySource(
    'claim_conflicts_total',
    'Claims that were held by someone else',
  );

  /** Read by the dead letter panel and its alert. */
  readonly deadLetters = new Counter({
    name: 'meme_generator_dead_letters_total',
    help: 'Requests given up and kept as dead letters, by reason',
    labelNames: ['reason'],
    registers: [this.registry],
  });

  /** Read by the size panel: pictures too large for one message. */
  readonly storedImages = this.counter('stored_images_total', 'Pictures put into the object store');

  /** Read by the provider panel: 1 while the provider is not asked because it failed too often. */
  readonly breakerOpen = this.gauge('breaker_open', 'Whether the provider is given a rest');

  constructor() {
    this.registry.setDefaultLabels({ service: 'meme_generator' });
    collectDefaultMetrics({ register: this.registry });
    for (const reason of REASONS) this.errors.inc({ reason }, 0);
    for (const reason of Object.values<DeadReason>(DEAD_REASONS)) {
      this.deadLetters.inc({ reason }, 0);
    }
    for (const source of SOURCES) {
      for (const counter of [this.requests, this.successes, this.claimConflicts]) {
        counter.inc({ source }, 0);
      }
      for (const outcome of OUTCOMES) this.outcomes.inc({ source, outcome }, 0);
    }
  }

  /** Starts measuring; the result returns the seconds since. The wall clock may be set meanwhile. */
  stopwatch(): () => number {
    const startedAtMs = performance.now();
    return () => (performance.now() - startedAtMs) / 1000;
  }

  /** Notes how the work on one message ended. */
  finished(source: Source, outcome: Outcome, seconds: number): void {
    this.outcomes.inc({ source, outcome });
    this.processing.observe({ source, outcome }, seconds);
  }

  private bySource(name: string, help: string): Counter<'source'> {
    const registers = [this.registry];
    return new Counter({ name: `meme_generator_${name}`, help, labelNames: ['source'], registers });
  }

  private counter(name: string, help: string): Counter {
    return new Counter({ name: `meme_generator_${name}`, help, registers: [this.registry] });
  }

  private gauge(name: string, help: string): Gauge {
    return new Gauge({ name: `meme_generator_${name}`, help, registers: [this.registry] });
  }

  private histogram(name: string, help: string, buckets: number[]): Histogram {
    const registers = [this.registry];
    return new Histogram({ name: `meme_generator_${name}`, help, buckets, registers });
  }
}
