import { Command } from 'commander';
import { BOOTSTRAP } from '../protocol/names';
import { listenAddress } from '../process/listen-address';
import { createLogger } from '../process/logger';
import { runService } from '../process/run-service';
import { flag, number, readSettings, SettingsError, wholeNumber } from '../process/setting';
import { NATS_SETTINGS } from './config';
import { ensureOnce, ONCE_EXIT } from './ensure-once';
import { StreamReconciler } from './stream-reconciler';

const BOOTSTRAP_SETTINGS = {
  ...NATS_SETTINGS,
  once: {
    flag: '--once',
    isSwitch: true,
    description: 'reconcile once, then exit',
    default: 'false',
    parse: flag,
  },
  timeoutSeconds: {
    flag: '--timeout',
    env: 'BOOTSTRAP_TIMEOUT_SECONDS',
    description: 'with --once: seconds to wait for NATS with JetStream',
    default: '120',
    parse: wholeNumber(1, 3600),
  },
  intervalSeconds: {
    flag: '--interval',
    env: 'BOOTSTRAP_INTERVAL_SECONDS',
    description: 'seconds between two comparisons',
    default: '5',
    parse: number(0.1, 3600),
  },
  metricsAddress: {
    flag: '--metrics-addr',
    env: 'METRICS_ADDR',
    description: 'listen address of /metrics, /healthz and /readyz',
    default: `0.0.0.0:${BOOTSTRAP.metricsPort}`,
    parse: listenAddress,
  },
  replicas: {
    flag: '--replicas',
    env: 'NATS_REPLICAS',
    description: 'copies of each stream, at most one per NATS server',
    default: '1',
    parse: wholeNumber(1, 5),
  },
} as const;

function readBootstrapConfig() {
  const program = new Command('bootstrap').description(
    'Reconciles the streams, the bucket and the consumer of the meme generator. ' +
      `Exit codes with --once: ${ONCE_EXIT.unreachable} NATS is not usable in time, ` +
      `2 bad settings, ${ONCE_EXIT.conflict} something exists that cannot be updated.`,
  );
  return readSettings(program, BOOTSTRAP_SETTINGS, process.argv.slice(2), process.env);
}

function main(): void {
  const config = readBootstrapConfig();
  const log = createLogger({ name: 'bootstrap', level: config.logLevel });
  if (config.once) void ensureOnce(config, log).then((code) => process.exit(code), fail);
  else runService(() => ({ service: new StreamReconciler(config, log), log }));
}

function fail(error: Error): void {
  const isSettings = error instanceof SettingsError;
  process.stderr.write(`${isSettings ? error.message : (error.stack ?? error.message)}\n`);
  process.exit(isSettings ? 2 : ONCE_EXIT.unreachable);
}

try {
  main();
} catch (error) {
  fail(error as Error);
}
