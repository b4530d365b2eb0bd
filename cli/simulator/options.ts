import { Command } from 'commander';
import { type IntegerSetting } from '../../charts/core/setting';
import { SCALING_SETTINGS } from '../../charts/services/worker/scaling-settings';
import { WORKER_SETTINGS } from '../../charts/services/worker/worker-settings';
import {
  LOAD_PROFILE_NAMES,
  LOAD_PROFILES,
  type LoadProfile,
  type LoadProfileName,
} from '../../workloads/protocol/load-profile';
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
import { SELECT_POLICIES } from './scaling-rules';
import { SERVICE_TIMES } from './service-time';

/** What to simulate, and what to do with the outcome. */
export interface SimulateOptions {
  readonly scenario: Scenario;
  readonly objective: Objective;
  /** Runs that differ in their phases alone. */
  readonly runs: number;
  /** Look for the settings that keep the objective at the least pod-seconds. */
  readonly optimise: boolean;
  /** Runs that judge what --optimise proposes. */
  readonly judgeRuns: number;
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
const MAX_REQUESTS = 100_000_000;

const DRAIN_TARGET = SCALING_SETTINGS.drainTarget;

const base = labScenario(loadOf(LOAD_PROFILES.burst));

const SETTINGS = {
  mode: {
    flag: '--mode',
    description: lowerFirst(SCALING_SETTINGS.scalingMode.description),
    default: SCALING_SETTINGS.scalingMode.default,
    parse: oneOf(...SCALING_SETTINGS.scalingMode.values),
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
    parse: wholeNumber(1, MAX_REQUESTS),
  },
  minReplicas: whole('--min-replicas', SCALING_SETTINGS.minReplicas),
  maxReplicas: whole('--max-replicas', SCALING_SETTINGS.maxReplicas),
  lagThreshold: whole('--lag-threshold', SCALING_SETTINGS.lagThreshold),
  activationLagThreshold: whole(
    '--activation-lag-threshold',
    SCALING_SETTINGS.activationLagThreshold,
  ),
  pollingInterval: whole('--polling-interval', SCALING_SETTINGS.pollingInterval),
  cooldownPeriod: whole('--cooldown-period', SCALING_SETTINGS.cooldownPeriod),
  scaleUpWindow: {
    flag: '--scale-up-window',
    description: "seconds of the HPA's stabilization window for scale-up",
    default: '0',
    parse: wholeNumber(0, 3600),
  },
  scaleUpPods: {
    flag: '--scale-up-pods',
    description: 'most pods the HPA adds in 15 seconds; default: all',
    parse: wholeNumber(1, 10_000),
  },
  scaleDownWindow: {
    flag: '--scale-down-window',
    description: "seconds of the HPA's stabilization window for scale-down; default: the cooldown",
    parse: wholeNumber(0, 3600),
  },
  scaleUpSelect: select('--scale-up-select', 'scale-up'),
  scaleDownSelect: select('--scale-down-select', 'scale-down'),
  hpaTolerance: {
    flag: '--hpa-tolerance',
    description: 'how far usage may be from the target before the HPA acts, as a share of it',
    default: String(base.hpaTolerance),
    parse: number(0, 1),
  },
  scaleDownPercent: {
    flag: '--scale-down-percent',
    description: 'most percent of the pods the HPA removes in 15 seconds',
    default: '100',
    parse: wholeNumber(1, 100),
  },
  workerConcurrency: whole('--concurrency', WORKER_SETTINGS.workerConcurrency),
  secondsPerMeme: seconds(
    '--seconds-per-meme',
    'seconds that one meme takes',
    'secondsPerMeme',
    0.01,
  ),
  serviceTimes: {
    flag: '--service-times',
    description: `how the time of a meme varies: ${SERVICE_TIMES.join(', ')}`,
    default: base.serviceTimes,
    parse: oneOf(...SERVICE_TIMES),
  },
  podStartSeconds: seconds(
    '--pod-start',
    'seconds from the creation of a pod until it takes work',
    'podStartSeconds',
    0,
  ),
  podStartSpacing: seconds(
    '--pod-spacing',
    'seconds that each further pod starting at the same time adds; 0 where the nodes have room for all',
    'podStartSpacing',
    0,
  ),
  drainTarget: {
    ...whole('--drain-target', DRAIN_TARGET),
    parse: number(DRAIN_TARGET.min, DRAIN_TARGET.max),
  },
  scrapeInterval: seconds(
    '--scrape-interval',
    'seconds between two scrapes of the metric, in mode kpi',
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
    description:
      'runs; each starts the load at another point of the polling and sync periods, for --optimise at random',
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
  judgeRuns: {
    flag: '--judge-runs',
    description: 'random runs that judge the proposal of --optimise; none of them chooses it',
    default: '200',
    parse: wholeNumber(1, 10_000),
  },
  seed: {
    flag: '--seed',
    description: 'the same seed gives the same random runs',
    default: '1',
    parse: wholeNumber(0, 1_000_000_000),
  },
  quiet: {
    flag: '--quiet',
    description: 'seconds after the load in which kept pods count as cost, for --optimise',
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
    description:
      'simulate a day of 1,000 pods and print how long that takes; exit code 1 if over a second',
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
    'Simulates the autoscaling of the workers in no time, without a cluster. Not in the model: ' +
      'ContainerResource metrics, and external metrics with a target of type Value (KEDA uses AverageValue here).',
  );
  const values = readSettings(program, SETTINGS, argv, {}, ({ minReplicas, maxReplicas }) =>
    minReplicas !== undefined && maxReplicas !== undefined && minReplicas > maxReplicas
      ? [
          `'--min-replicas' is ${minReplicas} and '--max-replicas' is ${maxReplicas}: ` +
            'the minimum must not be greater than the maximum',
        ]
      : [],
  );
  const { objective, runs, optimise, judgeRuns, quiet, json, check, bench, ...shape } = values;
  const { profile, requests, ...settings } = shape;
  const load = loadOf(profileOf(profile, requests));
  const { scaleUpPods, scaleDownWindow, scaleUpWindow, scaleDownPercent, ...others } = settings;
  const { scaleUpSelect, scaleDownSelect, ...same } = others;
  const scenario = labScenario(load, {
    ...same,
    scaleUp: {
      stabilizationWindowSeconds: scaleUpWindow,
      policies: [{ type: 'Pods', value: scaleUpPods ?? same.maxReplicas, periodSeconds: 15 }],
      selectPolicy: scaleUpSelect,
    },
    scaleDown: {
      stabilizationWindowSeconds: scaleDownWindow ?? scaleDownWindowOf(same.cooldownPeriod),
      policies: [{ type: 'Percent', value: scaleDownPercent, periodSeconds: 15 }],
      selectPolicy: scaleDownSelect,
    },
  });
  requireRoom(scenario);
  return { scenario, objective, runs, optimise, judgeRuns, quiet, json, check, bench };
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

type NumberKey =
  | 'secondsPerMeme'
  | 'podStartSeconds'
  | 'podStartSpacing'
  | 'scrapeInterval'
  | 'cpuRequest'
  | 'cpuPerMeme';

/** The option of a setting of the stack. */
function whole(
  name: `--${string}`,
  { description, default: value, min, max }: IntegerSetting,
): Setting<number> & { readonly default: string } {
  return {
    flag: name,
    description: lowerFirst(description),
    default: String(value),
    parse: wholeNumber(min, max),
  };
}

function select(name: `--${string}`, direction: string) {
  return {
    flag: name,
    description: `selectPolicy of ${direction}: ${SELECT_POLICIES.join(', ')}`,
    default: 'Max',
    parse: oneOf(...SELECT_POLICIES),
  } as const;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function seconds(
  name: `--${string}`,
  description: string,
  key: NumberKey,
  min: number,
): Setting<number> & { readonly default: string } {
  return { flag: name, description, default: String(base[key]), parse: number(min, 3600) };
}
