import { RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  BytesIEC,
  BytesPerSecondIEC,
  MessagesPerSecond,
  OpsPerSecond,
  PercentUnit,
  Short,
} from '@grafana/grafana-foundation-sdk/units';
import { SELECTORS } from '../selectors';
import { type Dashboard, labDashboard } from './dashboard';
import { recommended, requested, SCALED } from './lab-series';
import { CPU_CORES, figure, trend } from './panel';

const QUARTER = { width: 6, height: 4 } as const;
const ROW = { width: 24, height: 6 } as const;
const THIRD = { width: 8, height: 8 } as const;

const { redis } = SCALED;

/** NATS with its streams, and Redis. */
export function queueAndCacheDashboard(): Dashboard {
  const builder = labDashboard({
    uid: 'lab-queue-and-cache',
    title: 'NATS and Redis',
    description: 'The queue with its streams and consumers, and the cache',
  });
  for (const panel of health()) builder.withPanel(panel);
  builder.withRow(new RowBuilder('NATS'));
  for (const panel of [...server(), ...jetStream()]) builder.withPanel(panel);
  builder.withRow(new RowBuilder('Redis'));
  for (const panel of cache()) builder.withPanel(panel);
  return builder.build();
}

function health() {
  return [
    figure({
      ...QUARTER,
      title: 'NATS answers',
      description: '1 where its monitoring endpoint does',
      unit: Short,
      queries: [{ expr: 'min(nats_up)', legend: 'up' }],
    }),
    figure({
      ...QUARTER,
      title: 'Slow consumers',
      description: 'Connections that NATS gave up since it started',
      unit: Short,
      alarmFrom: 1,
      queries: [{ expr: 'max(gnatsd_varz_slow_consumers)', legend: 'connections' }],
    }),
    figure({
      ...QUARTER,
      title: 'Redis answers',
      description: '1 where INFO is answered',
      unit: Short,
      queries: [{ expr: 'min(redis_up)', legend: 'up' }],
    }),
    figure({
      ...QUARTER,
      title: 'Evicted keys',
      description: 'Pictures that had to go before their time, in five minutes',
      unit: Short,
      alarmFrom: 1,
      queries: [{ expr: 'sum(increase(redis_evicted_keys_total[5m]))', legend: 'keys' }],
    }),
  ];
}

function server() {
  return [
    trend({
      ...THIRD,
      title: 'Messages',
      description: 'Through the server, to it and from it',
      unit: MessagesPerSecond,
      queries: [
        { expr: 'sum(rate(gnatsd_varz_in_msgs[1m]))', legend: 'in' },
        { expr: 'sum(rate(gnatsd_varz_out_msgs[1m]))', legend: 'out' },
      ],
    }),
    trend({
      ...THIRD,
      title: 'Bytes',
      description: 'Through the server, to it and from it',
      unit: BytesPerSecondIEC,
      queries: [
        { expr: 'sum(rate(gnatsd_varz_in_bytes[1m]))', legend: 'in' },
        { expr: 'sum(rate(gnatsd_varz_out_bytes[1m]))', legend: 'out' },
      ],
    }),
    trend({
      ...THIRD,
      title: 'Connections',
      description: 'Clients that are connected, and what they listen to',
      unit: Short,
      queries: [
        { expr: 'max(gnatsd_varz_connections)', legend: 'connections' },
        { expr: 'max(gnatsd_varz_subscriptions)', legend: 'subscriptions' },
      ],
    }),
  ];
}

function jetStream() {
  return [
    trend({
      ...ROW,
      title: 'Requests and answers',
      description:
        'Stored in fifteen minutes, counted by the streams: what a worker did before its first scrape is included',
      unit: Short,
      queries: ['requests', 'answers'].map((what) => ({
        expr: `max(increase(lab_${what}_total[15m]))`,
        legend: what,
      })),
    }),
    trend({
      ...THIRD,
      title: 'Consumer of the worker',
      description: 'Requests that wait, that a worker has, and that were delivered again',
      unit: Short,
      queries: ['pending', 'ack_pending', 'redelivered'].map((part) => ({
        expr: `max(jetstream_consumer_num_${part}{${SELECTORS.consumer}})`,
        legend: part.replace('_', ' '),
      })),
    }),
    trend({
      ...THIRD,
      title: 'Messages kept',
      description: 'By stream',
      unit: Short,
      queries: [
        {
          expr: 'max by (stream_name) (jetstream_stream_total_messages)',
          legend: '{{stream_name}}',
        },
      ],
    }),
    trend({
      ...THIRD,
      title: 'Memory and disk of NATS',
      description: 'Memory of the server, and bytes that its streams keep',
      unit: BytesIEC,
      queries: [
        { expr: 'max(gnatsd_varz_mem)', legend: 'memory' },
        { expr: 'max(jetstream_server_storage_used_bytes)', legend: 'disk' },
      ],
    }),
  ];
}

function cache() {
  return [
    trend({
      ...THIRD,
      title: 'Memory',
      description:
        'Used by keys, the most that they may use, what the pod asks for, and the advice',
      unit: BytesIEC,
      queries: [
        { expr: 'max(redis_memory_used_bytes)', legend: 'used' },
        { expr: 'max(redis_memory_max_bytes)', legend: 'maxmemory' },
        { expr: requested(redis, 'memory_bytes'), legend: 'requested' },
        { expr: recommended(redis, 'memory_bytes', 'target'), legend: 'recommended' },
      ],
    }),
    trend({
      ...THIRD,
      title: 'CPU',
      description: 'Used, what the pod asks for, and the advice',
      unit: CPU_CORES,
      queries: [
        {
          expr: `sum(rate(container_cpu_usage_seconds_total{${SELECTORS.redisContainer}}[1m]))`,
          legend: 'used',
        },
        { expr: requested(redis, 'cpu_cores'), legend: 'requested' },
        { expr: recommended(redis, 'cpu_cores', 'target'), legend: 'recommended' },
      ],
    }),
    trend({
      ...THIRD,
      title: 'Commands',
      description: 'Carried out per second',
      unit: OpsPerSecond,
      queries: [{ expr: 'sum(rate(redis_commands_processed_total[1m]))', legend: 'commands' }],
    }),
    trend({
      ...THIRD,
      title: 'Keys',
      description: 'All of them, and those that end by themselves',
      unit: Short,
      queries: [
        { expr: 'sum(redis_db_keys)', legend: 'keys' },
        { expr: 'sum(redis_db_keys_expiring)', legend: 'expiring' },
      ],
    }),
    trend({
      ...THIRD,
      title: 'Lookups that found something',
      description: "Of all commands that read a key, the workers' claims included",
      unit: PercentUnit,
      queries: [
        {
          expr: 'sum(rate(redis_keyspace_hits_total[5m])) / (sum(rate(redis_keyspace_hits_total[5m])) + sum(rate(redis_keyspace_misses_total[5m])))',
          legend: 'found',
        },
      ],
    }),
    trend({
      ...THIRD,
      title: 'Keys that went',
      description: 'Because their time was over, or because room was needed',
      unit: OpsPerSecond,
      queries: [
        { expr: 'sum(rate(redis_expired_keys_total[1m]))', legend: 'expired' },
        { expr: 'sum(rate(redis_evicted_keys_total[1m]))', legend: 'evicted' },
      ],
    }),
  ];
}
