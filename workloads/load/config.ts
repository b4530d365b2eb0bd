import { Command } from 'commander';
import { LOAD, NATS } from '../protocol/names';
import { listenAddress, type ListenAddress } from '../process/listen-address';
import { oneOf, readSettings, type Setting, text, url, wholeNumber } from '../process/setting';
import { LOAD_PROFILE_NAMES, type LoadProfileName } from '../protocol/load-profile';
import { LOAD_TARGETS, type LoadTarget } from '../protocol/load-request';

/** Where the load goes and how much of it there may be; the service and the single run share these. */
const TARGET_SETTINGS = {
  frontendUrl: {
    flag: '--frontend-url',
    env: 'FRONTEND_URL',
    description: 'address of the page, for loads on the front end',
    parse: url('http', 'https'),
  },
  user: { flag: '--nats-user', env: 'NATS_USER', description: 'user of NATS', parse: text },
  password: {
    flag: '--nats-password',
    env: 'NATS_PASSWORD',
    description: 'password of that user',
    secret: true,
    parse: text,
  },
  drainSeconds: {
    flag: '--drain-seconds',
    env: 'LOAD_DRAIN_SECONDS',
    description: 'longest wait for answers after the last request',
    default: '900',
    parse: wholeNumber(1, 86_400),
  },
} satisfies Record<string, Setting<unknown>>;

const SERVICE_SETTINGS = {
  ...TARGET_SETTINGS,
  natsUrl: {
    flag: '--nats-url',
    env: 'NATS_URL',
    description: 'NATS server',
    default: NATS.url,
    parse: url('nats', 'tls'),
  },
  maxRequests: {
    flag: '--max-requests',
    env: 'LOAD_MAX_REQUESTS',
    description: 'most requests of one load that somebody asks for over NATS',
    default: '1000',
    parse: wholeNumber(1, 1_000_000),
  },
  maxSeconds: {
    flag: '--max-seconds',
    env: 'LOAD_MAX_SECONDS',
    description: 'longest load that somebody asks for over NATS, in seconds',
    default: '300',
    parse: wholeNumber(1, 86_400),
  },
  metricsAddress: {
    flag: '--metrics-addr',
    env: 'METRICS_ADDR',
    description: 'listen address of /metrics, /healthz and /readyz',
    default: `0.0.0.0:${LOAD.metricsPort}`,
    parse: listenAddress,
  },
} satisfies Record<string, Setting<unknown>>;

const RUN_SETTINGS = {
  ...TARGET_SETTINGS,
  natsUrl: { ...SERVICE_SETTINGS.natsUrl, default: 'nats://127.0.0.1:4222' },
  profile: {
    flag: '--profile',
    env: 'LOAD_PROFILE',
    description: `one of ${LOAD_PROFILE_NAMES.join(', ')}`,
    default: 'single',
    parse: oneOf(...LOAD_PROFILE_NAMES),
  },
  target: {
    flag: '--target',
    env: 'LOAD_TARGET',
    description: `what takes the load: ${LOAD_TARGETS.join(', ')}`,
    default: 'memes',
    parse: oneOf(...LOAD_TARGETS),
  },
  seed: {
    flag: '--seed',
    description: 'the same seed gives the same moments and repeats',
    default: '1',
    parse: wholeNumber(0, 2 ** 31),
  },
  records: {
    flag: '--records',
    description: 'file for one line of JSON per request',
    parse: text,
  },
} satisfies Record<string, Setting<unknown>>;

/** Where a load goes. */
export interface TargetConfig {
  readonly natsUrl: string;
  readonly user?: string;
  readonly password?: string;
  readonly frontendUrl?: string;
  readonly drainSeconds: number;
}

/** Settings of the program that waits for start requests. */
export interface LoadServiceConfig extends TargetConfig {
  readonly maxRequests: number;
  readonly maxSeconds: number;
  readonly metricsAddress: ListenAddress;
}

/** Settings of one run. */
export interface LoadRunConfig extends TargetConfig {
  readonly profile: LoadProfileName;
  readonly target: LoadTarget;
  readonly seed: number;
  readonly records?: string;
}

/**
 * Reads the settings of the program that waits for start requests.
 *
 * @throws SettingsError listing every fault
 */
export function readServiceConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): LoadServiceConfig {
  const program = new Command('load').description('Makes the loads that are asked for over NATS.');
  return readSettings(program, SERVICE_SETTINGS, argv, env);
}

/**
 * Reads the settings of one run.
 *
 * @throws SettingsError listing every fault
 */
export function readRunConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): LoadRunConfig {
  const program = new Command('load').description(
    'Makes one load in an open loop and says how long the answers took.',
  );
  return readSettings(program, RUN_SETTINGS, argv, env);
}
