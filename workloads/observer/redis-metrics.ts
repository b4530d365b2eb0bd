import { Redis } from 'ioredis';
import { Counter, Gauge, type Registry } from 'prom-client';

const TIMEOUT_MS = 2000;

/** Fields of Redis' INFO by the metric's name, as redis_exporter has them. */
const GAUGES = {
  redis_memory_used_bytes: 'used_memory',
  redis_memory_used_rss_bytes: 'used_memory_rss',
  redis_memory_max_bytes: 'maxmemory',
  redis_mem_fragmentation_ratio: 'mem_fragmentation_ratio',
  redis_connected_clients: 'connected_clients',
  redis_blocked_clients: 'blocked_clients',
  redis_uptime_in_seconds: 'uptime_in_seconds',
  redis_instantaneous_ops_per_sec: 'instantaneous_ops_per_sec',
} as const;

const COUNTERS = {
  redis_commands_processed_total: 'total_commands_processed',
  redis_connections_received_total: 'total_connections_received',
  redis_evicted_keys_total: 'evicted_keys',
  redis_expired_keys_total: 'expired_keys',
  redis_keyspace_hits_total: 'keyspace_hits',
  redis_keyspace_misses_total: 'keyspace_misses',
} as const;

/**
 * Redis' own numbers, from INFO, under the names that redis_exporter gives them, so that its
 * dashboards fit: those above, `redis_db_keys` and `redis_db_keys_expiring` with `db`, and
 * `redis_up`, which says whether Redis answered; where not, the others are absent.
 */
export class RedisMetrics {
  private readonly client: Redis;
  private readonly up: Gauge;
  private readonly gauges: [Gauge, string][];
  private readonly counters: [Counter, string][];
  private readonly keys: Gauge;
  private readonly expiring: Gauge;

  /** @param password taken where the URL has none */
  constructor(registry: Registry, url: string, password?: string) {
    const registers = [registry];
    const gauge = (name: string, help: string, labelNames: string[] = []) =>
      new Gauge({ name, help, labelNames, registers });
    this.up = gauge('redis_up', 'Whether Redis answered');
    this.keys = gauge('redis_db_keys', 'Keys of a database', ['db']);
    this.expiring = gauge('redis_db_keys_expiring', 'Keys that expire', ['db']);
    this.gauges = Object.entries(GAUGES).map(([name, field]) => [
      gauge(name, `"${field}" of INFO`),
      field,
    ]);
    this.counters = Object.entries(COUNTERS).map(([name, field]) => [
      new Counter({ name, help: `"${field}" of INFO`, registers }),
      field,
    ]);
    this.client = new Redis(url, {
      password,
      lazyConnect: true,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      connectTimeout: TIMEOUT_MS,
      commandTimeout: TIMEOUT_MS,
      retryStrategy: (attempt) => Math.min(100 * 2 ** attempt, 5000),
    });
    // without a listener a failed attempt would end the process; redis_up tells of it
    this.client.on('error', () => undefined);
  }

  /** Begins to connect; goes on trying in the background. */
  start(): void {
    this.client.connect().catch(() => undefined);
  }

  /** Reads Redis; never fails. */
  async refresh(): Promise<void> {
    for (const [metric] of [...this.gauges, ...this.counters]) metric.remove();
    this.keys.reset();
    this.expiring.reset();
    try {
      this.show(parseInfo(await this.client.info()));
      this.up.set(1);
    } catch {
      this.up.set(0);
    }
  }

  /** Ends the connection. */
  close(): void {
    this.client.disconnect();
  }

  private show(info: ReadonlyMap<string, string>): void {
    for (const [gauge, field] of this.gauges) {
      const value = info.get(field);
      if (value !== undefined) gauge.set(Number(value));
    }
    for (const [counter, field] of this.counters) {
      const value = info.get(field);
      // the number is Redis' own: it is taken over, not added up
      if (value !== undefined) counter.inc(Number(value));
    }
    for (const [field, value] of info) {
      const match = /^(db\d+)$/.exec(field) && /^keys=(\d+),expires=(\d+)/.exec(value);
      if (!match) continue;
      this.keys.set({ db: field }, Number(match[1]));
      this.expiring.set({ db: field }, Number(match[2]));
    }
  }
}

/** Parses the answer of INFO: one `field:value` per line, with headings between. */
export function parseInfo(text: string): Map<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1)] as const;
    }),
  );
}
