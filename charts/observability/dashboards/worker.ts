import { RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  BytesIEC,
  OpsPerSecond,
  PercentUnit,
  RequestsPerSecond,
  Seconds,
  Short,
} from '@grafana/grafana-foundation-sdk/units';
import { RECORDED } from '../rules/recording-rules';
import { SELECTORS } from '../selectors';
import { type Dashboard, labDashboard } from './dashboard';
import { recommended, replicas, requested, SCALED } from './lab-series';
import { CPU_CORES, type PanelQuery, trend } from './panel';

const THIRD = { width: 8, height: 8 } as const;
const HALF = { width: 12, height: 9 } as const;

const { worker } = SCALED;
const SHOWN_QUANTILES = [0.5, 0.95, 0.99] as const;

const rate = (counter: string, by?: string) =>
  `sum${by ? ` by (${by})` : ''} (rate(meme_generator_${counter}[1m]))`;

const quantiles = (histogram: string): PanelQuery[] =>
  SHOWN_QUANTILES.map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (le) (rate(meme_generator_${histogram}_bucket[1m])))`,
    legend: `p${quantile * 100}`,
  }));

const mostReplicas = `max(lab_autoscaler_replicas{namespace="${worker.namespace}",target="${worker.name}",state="max"})`;

/** The worker: what it does, how long it takes, what goes wrong, and how large it should be. */
export function workerDashboard(): Dashboard {
  const builder = labDashboard({
    uid: 'lab-worker',
    title: 'Worker',
    description: 'What the workers do, how long it takes, what goes wrong and what they cost',
  });
  for (const panel of [...work(), ...times()]) builder.withPanel(panel);
  builder.withRow(new RowBuilder('What goes wrong'));
  for (const panel of faults()) builder.withPanel(panel);
  builder.withRow(new RowBuilder('How large a worker should be'));
  for (const panel of size()) builder.withPanel(panel);
  return builder.build();
}

function work() {
  return [
    trend({
      ...THIRD,
      title: 'Workers',
      description: 'Asked for, ready, and the most that are allowed',
      unit: Short,
      queries: [
        { expr: replicas(worker, 'wanted'), legend: 'wanted' },
        { expr: replicas(worker, 'ready'), legend: 'ready' },
        { expr: mostReplicas, legend: 'at most' },
      ],
    }),
    trend({
      ...THIRD,
      title: 'Requests and memes',
      description: 'Requests taken, by the way that they came, and pictures answered',
      unit: RequestsPerSecond,
      queries: [
        { expr: rate('requests_total', 'source'), legend: 'requests from {{source}}' },
        { expr: RECORDED.memes, legend: 'memes' },
      ],
    }),
    trend({
      ...THIRD,
      title: 'How requests ended',
      description: 'Made, out of the cache, tried again, given back and so on',
      unit: RequestsPerSecond,
      queries: [{ expr: rate('outcomes_total', 'outcome'), legend: '{{outcome}}' }],
    }),
    trend({
      ...THIRD,
      title: 'Slots in use',
      description: 'Share of the requests that the workers may work on at a time',
      unit: PercentUnit,
      queries: [{ expr: RECORDED.utilization, legend: 'used' }],
    }),
    trend({
      ...THIRD,
      title: 'Cache hits',
      description: 'Share of the pictures that need not be made',
      unit: PercentUnit,
      queries: [{ expr: RECORDED.cacheHits, legend: 'hits' }],
    }),
    trend({
      ...THIRD,
      title: 'Memes per second of CPU',
      description: 'What a second of a core yields',
      unit: Short,
      queries: [{ expr: RECORDED.memesPerCpuSecond, legend: 'memes' }],
    }),
  ];
}

function times() {
  return [
    trend({
      ...THIRD,
      title: 'Wait in the queue',
      description: 'From the publication to the start of the work: what scaling can remove',
      unit: Seconds,
      queries: quantiles('queue_wait_seconds'),
    }),
    trend({
      ...THIRD,
      title: 'Work on a request',
      description: 'From taking a request to its acknowledgement',
      unit: Seconds,
      queries: quantiles('processing_duration_seconds'),
    }),
    trend({
      ...THIRD,
      title: 'Making a picture',
      description: 'The generator alone',
      unit: Seconds,
      queries: [
        ...quantiles('generation_duration_seconds'),
        { expr: RECORDED.secondsPerMeme, legend: 'mean of 5 minutes' },
      ],
    }),
  ];
}

function faults() {
  return [
    trend({
      ...THIRD,
      title: 'Failed attempts',
      description: 'By reason',
      unit: OpsPerSecond,
      queries: [{ expr: rate('errors_total', 'reason'), legend: '{{reason}}' }],
    }),
    trend({
      ...THIRD,
      title: 'Dead letters',
      description:
        'Requests given up, by reason, and those that wait for a person; by reason without what a pod did before its first scrape',
      unit: Short,
      queries: [
        {
          expr: 'sum by (reason) (increase(meme_generator_dead_letters_total[5m]))',
          legend: '{{reason}} in 5 minutes',
        },
        {
          expr: `max(jetstream_stream_total_messages{${SELECTORS.deadLetters}})`,
          legend: 'kept',
        },
      ],
    }),
    trend({
      ...THIRD,
      title: 'Done more than once',
      description: 'Deliveries that were repeated, and how many of them were noticed',
      unit: OpsPerSecond,
      queries: [
        { expr: rate('redeliveries_total'), legend: 'redeliveries' },
        { expr: rate('duplicate_messages_total'), legend: 'duplicates' },
        { expr: rate('claim_conflicts_total'), legend: 'claims held by another' },
      ],
    }),
    trend({
      ...THIRD,
      title: 'Errors of the cache',
      description: 'Commands of Redis that failed, and workers that work without it',
      unit: OpsPerSecond,
      queries: [
        { expr: rate('cache_errors_total'), legend: 'errors' },
        { expr: 'sum(meme_generator_redis_up == bool 0)', legend: 'workers without Redis' },
      ],
    }),
    trend({
      ...THIRD,
      title: 'Providers given a rest',
      description: 'Workers that do not ask their provider, because it failed too often',
      unit: Short,
      queries: [{ expr: 'sum(meme_generator_breaker_open)', legend: 'workers' }],
    }),
    trend({
      ...THIRD,
      title: 'Held back by the CPU limit',
      description: 'Share of the CPU periods, of the worker that is held back most',
      unit: PercentUnit,
      queries: [
        { expr: `max(${RECORDED.throttling}{${SELECTORS.workerContainer}})`, legend: 'most' },
      ],
    }),
  ];
}

function size() {
  return [
    trend({
      ...HALF,
      title: 'CPU of one worker',
      description:
        "What it asks for, the VerticalPodAutoscaler's advice, and the most that one uses",
      unit: CPU_CORES,
      queries: [
        { expr: requested(worker, 'cpu_cores'), legend: 'requested' },
        ...advice('cpu_cores'),
        {
          expr: `max(rate(container_cpu_usage_seconds_total{${SELECTORS.workerContainer}}[1m]))`,
          legend: 'used',
        },
      ],
    }),
    trend({
      ...HALF,
      title: 'Memory of one worker',
      description:
        "What it asks for, the VerticalPodAutoscaler's advice, and the most that one uses",
      unit: BytesIEC,
      queries: [
        { expr: requested(worker, 'memory_bytes'), legend: 'requested' },
        ...advice('memory_bytes'),
        {
          expr: `max(container_memory_working_set_bytes{${SELECTORS.workerContainer}})`,
          legend: 'used',
        },
      ],
    }),
  ];
}

function advice(unit: 'cpu_cores' | 'memory_bytes'): PanelQuery[] {
  return [
    { expr: recommended(worker, unit, 'target'), legend: 'recommended' },
    { expr: recommended(worker, unit, 'lower'), legend: 'at least' },
  ];
}
