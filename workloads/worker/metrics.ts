import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Why a request was not answered with a picture. */
export type ErrorReason = 'invalid' | 'generator' | 'exhausted' | 'publish' | 'internal';

const SECONDS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120];
const WAIT_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

/** Every metric of the worker, on a registry of its own. */
export class WorkerMetrics {
  readonly registry = new Registry();

  /** Read by the throughput panel and by the load reports. */
  readonly requests = this.counter('requests_total', 'Requests taken from the queue');

  /** Read by the throughput panel and by the seconds-per-meme recording rule. */
  readonly successes = this.counter('success_total', 'Requests answered with a picture');

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

  /** Read by the Redis alert: the worker goes on without Redis, and this is how one sees it. */
  readonly cacheErrors = this.counter('cache_errors_total', 'Redis commands that failed');

  /** Read by the latency panel. */
  readonly processing = this.histogram(
    'processing_duration_seconds',
    'From taking a request to its confirmed acknowledgement',
    SECONDS,
  );

  /** Read by the latency panel and by the seconds-per-meme recording rule. */
  readonly generation = this.histogram(
    'generation_duration_seconds',
    'Making one picture',
    SECONDS,
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
    'duplicates_total',
    'Requests that were answered already or are being answered under the same id',
  );

  constructor() {
    this.registry.setDefaultLabels({ service: 'meme_generator' });
    collectDefaultMetrics({ register: this.registry });
    const reasons: ErrorReason[] = ['invalid', 'generator', 'exhausted', 'publish', 'internal'];
    for (const reason of reasons) this.errors.inc({ reason }, 0);
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
