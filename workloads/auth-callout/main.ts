import { Command } from 'commander';
import { collectDefaultMetrics, Counter, Registry } from 'prom-client';
import { AUTH_CALLOUT, NATS } from '../protocol/names';
import { HealthServer } from '../process/health-server';
import { listenAddress } from '../process/listen-address';
import { createLogger } from '../process/logger';
import { NatsLink } from '../process/nats-link';
import { oneOf, readSettings, SettingsError, url, type Setting } from '../process/setting';
import { Authorizer } from './authorizer';
import { CalloutService } from './service';

const SETTINGS = {
  natsUrl: {
    flag: '--nats-url',
    env: 'NATS_URL',
    description: 'NATS server',
    default: NATS.url,
    parse: url('nats', 'tls'),
  },
  metricsAddress: {
    flag: '--metrics-addr',
    env: 'METRICS_ADDR',
    description: 'listen address of /metrics, /healthz and /readyz',
    default: `0.0.0.0:${AUTH_CALLOUT.metricsPort}`,
    parse: listenAddress,
  },
  logLevel: {
    flag: '--log-level',
    env: 'LOG_LEVEL',
    description: 'debug, info, warn or error',
    default: 'info',
    parse: oneOf('debug', 'info', 'warn', 'error'),
  },
} as const satisfies Record<string, Setting<unknown>>;

const CLOSING_MS = 2000;

async function main(): Promise<void> {
  const program = new Command('auth-callout').description(
    'Lets browsers into NATS, each with the rights of its own session. ' +
      `The key that signs for them is in '${AUTH_CALLOUT.seedKey}'.`,
  );
  const settings = readSettings(program, SETTINGS, process.argv.slice(2), process.env);
  const authorizer = readAuthorizer(process.env[AUTH_CALLOUT.seedKey]);
  const log = createLogger({ name: 'auth-callout', level: settings.logLevel });
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const decisions = new Counter({
    name: 'nats_auth_callout_decisions_total',
    help: 'clients that the server asked about, by outcome: admitted, refused, failed',
    labelNames: ['outcome'] as const,
    registers: [registry],
  });
  const nats: { link?: NatsLink; service?: CalloutService } = {};
  const health = new HealthServer({
    address: settings.metricsAddress,
    registry,
    notReadyReason: () => (nats.link?.isConnected ? undefined : 'nats is not connected'),
  });
  const close = async () => {
    await nats.service?.close();
    await nats.link?.close(CLOSING_MS);
    await health.close();
  };
  let closing: Promise<void> | undefined;
  const stop = () => (closing ??= close());
  // before NATS is there too: the first process of a container gets no signal that it does not await
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => void stop().then(() => process.exit(0), fail));
  }
  await health.listen();
  const link = await NatsLink.open({ url: settings.natsUrl, name: 'auth-callout', log });
  nats.link = link;
  nats.service = new CalloutService({ link, authorizer, decisions, log });
  log.info('browsers may come');

  const reason = await link.connection.closed();
  await stop();
  // a changed password is read by the next start
  if (reason) throw reason;
}

function readAuthorizer(seed: string | undefined): Authorizer {
  const fault = `'${AUTH_CALLOUT.seedKey}' is ${seed ? '(hidden)' : 'not set'}`;
  try {
    return new Authorizer(seed ?? '');
  } catch {
    throw new SettingsError([`${fault}: give the seed of an nkey account, which starts with SA`]);
  }
}

function fail(error: Error): void {
  const known = error instanceof SettingsError;
  process.stderr.write(`${known ? error.message : (error.stack ?? error.message)}\n`);
  process.exit(known ? 2 : 1);
}

main().catch(fail);
