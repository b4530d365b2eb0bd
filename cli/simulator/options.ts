import { Command } from 'commander';
import {
  LOAD_PROFILE_NAMES,
  LOAD_PROFILES,
  type LoadProfile,
  type LoadProfileName,
} from '../../workloads/protocol/load-profile';
import { SCALING_MODES } from '../../workloads/protocol/scaling-mode';
import { CONSUMER } from '../../workloads/protocol/streams';
import {
  flag,
  number,
  oneOf,
  readSettings,
  SettingsError,
  wholeNumber,
  type Setting,
} from '../../workloads/process/setting';
import { dayLoad, loadOf, scaledTo } from './load';
import { parseObjective, type Objective } from './objective';
import { labScenario, scaleDownWindowOf, type Scenario } from './scenario';

/** What to simulate, and what to do with the outcome. */
export interface SimulateOptions {
  readonly scenario: Scenario;
  readonly objective: Objective;
  /** Runs that differ in their phases alone. */
  readonly runs: number;
  /** Look for the settings that keep the objective at the least pod-seconds. */
  readonly optimise: boolean;
  /** Seconds after the load in which pods that are kept cost. */
  readonly quiet: number;
  readonly json: boolean;
  /** Folder of an experiment to check the simulation against, instead of simulating what the other options say. */
  readonly check?: string;
  /** Measure how long a day of a thousand pods takes to simulate. */
  readonly bench: boolean;
}

const PROFILES = [...LOAD_PROFILE_NAMES, 'day'] as const;
const DAY_PEAK_PER_SECOND = 8;
const MOST_REQUESTS = 100_000_000;

const base = labScenario(loadOf(LOAD_PROFILES.burst));

const SETTINGS = {
  mode: {
    flag: '--mode',
    description: `what decides on the replicas: ${SCALING_MODES.join(', ')}`,
    default: base.mode,
    parse: oneOf(...SCALING_MODES),
  },
  profile: {
    flag: '--profile',
    description: `load: ${PROFILES.join(', ')}`,
    default: 'burst',
    parse: oneOf(...PROFILES),
  },
  requests: {
    flag: '--requests',
    description: 'requests of the profile, in the same shape and time; default: as many as it has',
    parse: wholeNumber(1, MOST_REQUESTS),
  },
  minReplicas: whole('--min-replicas', 'replicas kept while the queue is empty', 'minReplicas', 0),
  maxReplicas: whole('--max-replicas', 'most replicas', 'maxReplicas', 1),
  lagThreshold: whole(
    '--lag-threshold',
    'waiting requests per worker, in mode queue',
    'lagThreshold',
    1,
    100_000,
  ),
  activationLagThreshold: whole(
    '--activation-lag-threshold',
    'the first worker starts when more requests than this wait',
    'activationLagThreshold',
    0,
    100_000,
  ),
  pollingInterval: whole(
    '--polling-interval',
    'seconds between two looks of KEDA',
    'pollingInterval',
    1,
    3600,
  ),
  cooldownPeriod: whole(
    '--cooldown-period',
    'seconds of empty queue before zero',
    'cooldownPeriod',
    0,
    86_400,
  ),
  scaleUpWindow: {
    flag: '--scale-up-window',
    description: 'seconds that the HPA waits before it believes in more',
    default: '0',
    parse: wholeNumber(0, 3600),
  },
  scaleUpPods: {
    flag: '--scale-up-pods',
    description: 'most pods that the HPA adds in 15 seconds; default: all',
    parse: wholeNumber(1, 10_000),
  },
  scaleDownWindow: {
    flag: '--scale-down-window',
    description: 'seconds that the HPA waits before it believes in less; default: the cooldown',
    parse: wholeNumber(0, 3600),
  },
  scaleDownPercent: {
    flag: '--scale-down-percent',
    description: 'most of the pods that the HPA removes in 15 seconds',
    default: '100',
    parse: wholeNumber(1, 100),
  },
  workerConcurrency: whole(
    '--concurrency',
    'requests one worker handles at a time',
    'workerConcurrency',
    1,
    1000,
  ),
  secondsPerMeme: seconds(
    '--seconds-per-meme',
    'seconds that one meme takes',
    'secondsPerMeme',
    0.01,
  ),
  podStartSeconds: seconds(
    '--pod-start',
    'seconds from the wish for a pod until it takes work',
    'podStartSeconds',
    0,
  ),
  podStartSpacing: seconds(
    '--pod-spacing',
    'seconds that each further pod that starts at the same time adds; 0 where the nodes have room for all',
    'podStartSpacing',
    0,
  ),
  drainTarget: seconds(
    '--drain-target',
    'seconds in which the backlog shall be gone, in mode kpi',
    'drainTarget',
    1,
  ),
  scrapeInterval: seconds(
    '--scrape-interval',
    'seconds between two values of the metric, in mode kpi',
    'scrapeInterval',
    0.1,
  ),
  targetCpuUtilization: {
    flag: '--cpu-target',
    description: 'share of the requested CPU to aim at, in mode cpu',
    default: String(base.targetCpuUtilization),
    parse: number(0.01, 10),
  },
  cpuRequest: seconds('--cpu-request', 'cores a worker requests, in mode cpu', 'cpuRequest', 0.001),
  cpuPerMeme: seconds('--cpu-per-meme', 'core seconds of one meme, in mode cpu', 'cpuPerMeme', 0),
  objective: {
    flag: '--slo',
    description: 'objective: p50, p95, p99 or drain, and seconds',
    default: 'p95<10s',
    parse: parseObjective,
  },
  runs: {
    flag: '--runs',
    description: 'runs, in each of which the load begins at another point of the periods',
    default: '15',
    parse: wholeNumber(1, 1000),
  },
  optimise: {
    flag: '--optimise',
    description: 'propose the settings that keep the objective at the least pod-seconds',
    isSwitch: true,
    default: 'false',
    parse: flag,
  },
  quiet: {
    flag: '--quiet',
    description: 'seconds after the load in which pods that are kept cost, for --optimise',
    default: '3600',
    parse: wholeNumber(0, 604_800),
  },
  json: {
    flag: '--json',
    description: 'print the outcome as JSON',
    isSwitch: true,
    default: 'false',
    parse: flag,
  },
  check: {
    flag: '--check',
    description: 'folder of an experiment: simulate it, and show the error of each measure',
    parse: (text: string) => text,
  },
  bench: {
    flag: '--bench',
    description: 'simulate a day of 1,000 pods and say how long that takes; 1 if over a second',
    isSwitch: true,
    default: 'false',
    parse: flag,
  },
} as const satisfies Record<string, Setting<unknown>>;

/**
 * Reads the command line.
 *
 * @throws SettingsError listing every fault
 */
export function readSimulateOptions(argv: readonly string[]): SimulateOptions {
  const program = new Command('simulate').description(
    'Simulates the autoscaling of the workers in no time, without a cluster.',
  );
  const values = readSettings(program, SETTINGS, argv, {}, ({ minReplicas, maxReplicas }) =>
    minReplicas !== undefined && maxReplicas !== undefined && minReplicas > maxReplicas
      ? [
          `'--min-replicas' is ${minReplicas} and '--max-replicas' is ${maxReplicas}: ` +
            'the minimum must not be greater than the maximum',
        ]
      : [],
  );
  const { objective, runs, optimise, quiet, json, check, bench, ...shape } = values;
  const { profile, requests, ...settings } = shape;
  const load = loadOf(profileOf(profile, requests));
  const { scaleUpPods, scaleDownWindow, scaleUpWindow, scaleDownPercent, ...same } = settings;
  const scenario = labScenario(load, {
    ...same,
    scaleUp: {
      stabilizationWindowSeconds: scaleUpWindow,
      policies: [{ type: 'Pods', value: scaleUpPods ?? same.maxReplicas, periodSeconds: 15 }],
    },
    scaleDown: {
      stabilizationWindowSeconds: scaleDownWindow ?? scaleDownWindowOf(same.cooldownPeriod),
      policies: [{ type: 'Percent', value: scaleDownPercent, periodSeconds: 15 }],
    },
  });
  requireRoom(scenario);
  return { scenario, objective, runs, optimise, quiet, json, check, bench };
}

function profileOf(name: LoadProfileName | 'day', requests: number | undefined): LoadProfile {
  const profile = name === 'day' ? dayLoad(DAY_PEAK_PER_SECOND) : LOAD_PROFILES[name];
  return requests === undefined ? profile : scaledTo(profile, requests);
}

function requireRoom({ maxReplicas, workerConcurrency, maxAckPending }: Scenario): void {
  if (maxReplicas * workerConcurrency <= maxAckPending) return;
  throw new SettingsError([
    `'--max-replicas' is ${maxReplicas} and '--concurrency' is ${workerConcurrency}: ` +
      `the consumer "${CONSUMER.durable}" has at most ${maxAckPending} requests out at a time, ` +
      'so further workers would idle; lower one of them',
  ]);
}

type WholeKey =
  | 'minReplicas'
  | 'maxReplicas'
  | 'lagThreshold'
  | 'activationLagThreshold'
  | 'pollingInterval'
  | 'cooldownPeriod'
  | 'workerConcurrency';
type NumberKey =
  | 'secondsPerMeme'
  | 'podStartSeconds'
  | 'podStartSpacing'
  | 'drainTarget'
  | 'scrapeInterval'
  | 'cpuRequest'
  | 'cpuPerMeme';

function whole(
  name: `--${string}`,
  description: string,
  key: WholeKey,
  least: number,
  most = 1000,
): Setting<number> & { readonly default: string } {
  return { flag: name, description, default: String(base[key]), parse: wholeNumber(least, most) };
}

function seconds(
  name: `--${string}`,
  description: string,
  key: NumberKey,
  least: number,
): Setting<number> & { readonly default: string } {
  return { flag: name, description, default: String(base[key]), parse: number(least, 3600) };
}
