import { Gauge, type Registry } from 'prom-client';
import * as z from 'zod';

const TIMEOUT_MS = 2000;

const VARZ = [
  'cpu',
  'mem',
  'connections',
  'total_connections',
  'subscriptions',
  'slow_consumers',
  'in_msgs',
  'out_msgs',
  'in_bytes',
  'out_bytes',
] as const;

const varzSchema = z.object({
  server_name: z.string(),
  ...(Object.fromEntries(VARZ.map((name) => [name, z.number()])) as Record<
    (typeof VARZ)[number],
    z.ZodNumber
  >),
});

const sequencesSchema = z.object({ consumer_seq: z.number(), stream_seq: z.number() });

const consumerSchema = z.object({
  name: z.string(),
  num_pending: z.number(),
  num_ack_pending: z.number(),
  num_redelivered: z.number(),
  num_waiting: z.number(),
  delivered: sequencesSchema,
  ack_floor: sequencesSchema,
});

const streamSchema = z.object({
  name: z.string(),
  state: z.object({
    messages: z.number(),
    bytes: z.number(),
    first_seq: z.number(),
    last_seq: z.number(),
    consumer_count: z.number(),
  }),
  consumer_detail: z.array(consumerSchema).optional(),
});

const jszSchema = z.object({
  streams: z.number().default(0),
  consumers: z.number().default(0),
  messages: z.number().default(0),
  bytes: z.number().default(0),
  memory: z.number().default(0),
  storage: z.number().default(0),
  account_details: z
    .array(z.object({ name: z.string(), stream_detail: z.array(streamSchema).optional() }))
    .optional(),
});

type Varz = z.infer<typeof varzSchema>;
type Jsz = z.infer<typeof jszSchema>;

/**
 * The server's own numbers, from its monitoring endpoint, under the names that
 * prometheus-nats-exporter gives them, so that its dashboards fit: `gnatsd_varz_*` (cpu, mem,
 * connections, total_connections, subscriptions, slow_consumers, in_msgs, out_msgs, in_bytes,
 * out_bytes), `jetstream_server_*` (total_streams, total_consumers, total_messages,
 * total_message_bytes, memory_used_bytes, storage_used_bytes), `jetstream_stream_*` with
 * `stream_name` (total_messages, total_bytes, first_seq, last_seq, consumer_count) and
 * `jetstream_consumer_*` with `stream_name` and `consumer_name` (num_pending, num_ack_pending,
 * num_redelivered, num_waiting, delivered_consumer_seq, delivered_stream_seq, ack_floor_consumer_seq,
 * ack_floor_stream_seq). `nats_up` says whether the endpoint answered; where not, the others are absent.
 */
export class NatsMetrics {
  private readonly gauges = new Map<string, Gauge>();
  private readonly up: Gauge;

  /** @param url monitoring endpoint, for example `http://127.0.0.1:8222` */
  constructor(
    private readonly registry: Registry,
    private readonly url: string,
  ) {
    this.up = new Gauge({
      name: 'nats_up',
      help: 'Whether the monitoring endpoint of NATS answered',
      registers: [registry],
    });
  }

  /** Reads the server; never fails. */
  async refresh(): Promise<void> {
    for (const gauge of this.gauges.values()) gauge.reset();
    try {
      const [varz, jsz] = await Promise.all([
        this.read('/varz', varzSchema),
        this.read('/jsz?accounts=true&streams=true&consumers=true', jszSchema),
      ]);
      this.showServer(varz, jsz);
      this.showStreams(jsz);
      this.up.set(1);
    } catch {
      // the metric itself says so: a log line at each scrape would say it again and again
      this.up.set(0);
    }
  }

  private showServer(varz: Varz, jsz: Jsz): void {
    const server = { server_id: varz.server_name };
    for (const name of VARZ) this.set(`gnatsd_varz_${name}`, server, varz[name]);
    this.set('jetstream_server_total_streams', server, jsz.streams);
    this.set('jetstream_server_total_consumers', server, jsz.consumers);
    this.set('jetstream_server_total_messages', server, jsz.messages);
    this.set('jetstream_server_total_message_bytes', server, jsz.bytes);
    this.set('jetstream_server_memory_used_bytes', server, jsz.memory);
    this.set('jetstream_server_storage_used_bytes', server, jsz.storage);
  }

  private showStreams({ account_details: accounts = [] }: Jsz): void {
    for (const { name: account, stream_detail: streams = [] } of accounts) {
      for (const { name, state, consumer_detail: consumers = [] } of streams) {
        const stream = { account, stream_name: name };
        this.set('jetstream_stream_total_messages', stream, state.messages);
        this.set('jetstream_stream_total_bytes', stream, state.bytes);
        this.set('jetstream_stream_first_seq', stream, state.first_seq);
        this.set('jetstream_stream_last_seq', stream, state.last_seq);
        this.set('jetstream_stream_consumer_count', stream, state.consumer_count);
        for (const consumer of consumers) {
          const series = { ...stream, consumer_name: consumer.name };
          for (const key of ['pending', 'ack_pending', 'redelivered', 'waiting'] as const) {
            this.set(`jetstream_consumer_num_${key}`, series, consumer[`num_${key}`]);
          }
          for (const key of ['delivered', 'ack_floor'] as const) {
            const { consumer_seq: ofConsumer, stream_seq: ofStream } = consumer[key];
            this.set(`jetstream_consumer_${key}_consumer_seq`, series, ofConsumer);
            this.set(`jetstream_consumer_${key}_stream_seq`, series, ofStream);
          }
        }
      }
    }
  }

  private set(name: string, labels: Readonly<Record<string, string>>, value: number): void {
    let gauge = this.gauges.get(name);
    if (!gauge) {
      gauge = new Gauge({
        name,
        help: `${name} as the monitoring endpoint of NATS has it`,
        labelNames: Object.keys(labels),
        registers: [this.registry],
      });
      this.gauges.set(name, gauge);
    }
    gauge.set({ ...labels }, value);
  }

  private async read<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const response = await fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`GET ${path} answered ${response.status}`);
    return schema.parse(await response.json());
  }
}
