import { SELECTORS } from '../selectors';
import { type RuleGroup } from './rule-group';

/** Names of the recorded series; dashboards and alerts take them from here. */
export const RECORDED = {
  /** Requests that wait or are being worked on. */
  backlog: 'lab:backlog:requests',
  /** Requests answered with a picture, per second. */
  memes: 'lab:memes:rate1m',
  /** Seconds until the backlog is gone at the present pace: 0 without a backlog, infinite without a pace. */
  drainTime: 'lab:backlog_drain:seconds',
  /** What one picture takes to make, in seconds; absent while none is made. */
  secondsPerMeme: 'lab:seconds_per_meme:mean5m',
  /** Pictures per second of worker CPU; absent while no CPU is used. */
  memesPerCpuSecond: 'lab:memes_per_cpu_second:ratio5m',
  /** How often the number of workers turned round: steps up or down, whichever are fewer. */
  oscillation: 'lab:replica_oscillation:steps15m',
  /** Share of the workers' slots that are taken, from 0 to 1; absent without workers. */
  utilization: 'lab:worker_utilization:ratio',
  /** Share of pictures that came out of the cache, from 0 to 1; absent while none is looked up. */
  cacheHits: 'lab:cache_hits:ratio5m',
  /** Share of a container's CPU periods in which it was held back, from 0 to 1. */
  throttling: 'lab:cpu_throttled:ratio5m',
} as const;

const REPLICAS = `kube_deployment_spec_replicas{${SELECTORS.worker}}`;
const STEPS_DOWN = `resets(${REPLICAS}[15m])`;
const STEPS_UP = `(changes(${REPLICAS}[15m]) - ${STEPS_DOWN})`;

const rate = (metric: string, window: string) => `sum(rate(meme_generator_${metric}[${window}]))`;

const EXPRESSIONS: Readonly<Record<keyof typeof RECORDED, string>> = {
  // two readings of the exporter, not two consumers: a sum would count every request twice
  backlog: ['pending', 'ack_pending']
    .map((part) => `max(jetstream_consumer_num_${part}{${SELECTORS.consumer}})`)
    .join(' + '),
  // at zero replicas nobody exports the counter, and nothing is made
  memes: `${rate('success_total', '1m')} or vector(0)`,
  drainTime: `(${RECORDED.backlog} > 0) / ${RECORDED.memes} or ${RECORDED.backlog}`,
  secondsPerMeme: `${rate('generation_duration_seconds_sum', '5m')} / (${rate('generation_duration_seconds_count', '5m')} > 0)`,
  memesPerCpuSecond: `${rate('success_total', '5m')} / (sum(rate(container_cpu_usage_seconds_total{${SELECTORS.workerContainer}}[5m])) > 0)`,
  oscillation: `(${STEPS_DOWN} <= ${STEPS_UP}) or ${STEPS_UP}`,
  utilization: 'sum(meme_generator_in_flight) / (sum(meme_generator_concurrency) > 0)',
  cacheHits: `${rate('cache_hits_total', '5m')} / ((${rate('cache_hits_total', '5m')} + ${rate('cache_misses_total', '5m')}) > 0)`,
  throttling: `sum by (namespace, pod, container) (rate(container_cpu_cfs_throttled_periods_total{${SELECTORS.lab},container!=""}[5m])) / (sum by (namespace, pod, container) (rate(container_cpu_cfs_periods_total{${SELECTORS.lab},container!=""}[5m])) > 0)`,
};

/** Series that several panels and alerts read; each may use those before it. */
export const RECORDING_RULES: RuleGroup = {
  name: 'lab-recordings',
  rules: Object.entries(EXPRESSIONS).map(([key, expr]) => ({
    record: RECORDED[key as keyof typeof RECORDED],
    expr,
  })),
};
