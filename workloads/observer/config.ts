import { Command } from 'commander';
import { listenAddress, type ListenAddress } from '../process/listen-address';
import { oneOf, readSettings, type Setting, text, url } from '../process/setting';
import { NATS, OBSERVER, REDIS } from '../protocol/names';

const SETTINGS = {
  natsUrl: {
    flag: '--nats-url',
    env: 'NATS_URL',
    description: 'NATS server that the state is published on',
    default: NATS.url,
    parse: url('nats', 'tls'),
  },
  natsMonitorUrl: {
    flag: '--nats-monitor-url',
    env: 'NATS_MONITOR_URL',
    description: 'monitoring endpoint of the NATS server, for its metrics',
    default: `http://${NATS.host}:${NATS.ports.monitor}`,
    parse: url('http', 'https'),
  },
  redisUrl: {
    flag: '--redis-url',
    env: 'REDIS_URL',
    description: 'Redis, for its metrics',
    default: REDIS.url,
    parse: url('redis', 'rediss'),
  },
  redisPassword: {
    flag: '--redis-password',
    env: REDIS.passwordKey,
    description: 'password of Redis, where it asks for one',
    secret: true,
    parse: text,
  },
  namespaces: {
    flag: '--namespaces',
    env: 'NAMESPACES',
    description: 'namespaces to watch, separated by commas',
    default: OBSERVER.watchedNamespaces.join(','),
    parse: namespaceNames,
  },
  metricsAddress: {
    flag: '--metrics-addr',
    env: 'METRICS_ADDR',
    description: 'listen address of /metrics, /healthz and /readyz',
    default: `0.0.0.0:${OBSERVER.metricsPort}`,
    parse: listenAddress,
  },
  logLevel: {
    flag: '--log-level',
    env: 'LOG_LEVEL',
    description: 'debug, info, warn or error',
    default: 'info',
    parse: oneOf('debug', 'info', 'warn', 'error'),
  },
} satisfies Record<string, Setting<unknown>>;

/** Everything the observer is told from outside; frozen. */
export interface ObserverConfig {
  readonly natsUrl: string;
  readonly natsMonitorUrl: string;
  readonly redisUrl: string;
  readonly redisPassword?: string;
  readonly namespaces: readonly string[];
  readonly metricsAddress: ListenAddress;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

/**
 * Reads the observer's settings from flags and environment.
 *
 * @param argv arguments without node and script
 * @throws SettingsError listing every fault
 */
export function readObserverConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ObserverConfig {
  const program = new Command('observer').description(
    "Watches the lab's workloads and autoscalers and publishes their state on NATS.",
  );
  return readSettings(program, SETTINGS, argv, env);
}

function namespaceNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name));
  if (wrong !== undefined) throw new Error(`"${wrong}" is no name of a namespace`);
  return names;
}
