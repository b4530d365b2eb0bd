import { SCALING_SETTINGS as SCALING } from '../../charts/services/worker/scaling-settings';
import { WORKER_SETTINGS as WORKER } from '../../charts/services/worker/worker-settings';
import { type ScalingMode } from '../../workloads/protocol/scaling-mode';
import { CONSUMER } from '../../workloads/protocol/streams';
import { type Load } from './load';
import { DEFAULT_TOLERANCE } from './recommendation';
import { type ScalingRules } from './scaling-rules';
import { type ServiceTimes } from './service-time';

/** Everything that a simulated run depends on; all times are in seconds. */
export interface Scenario {
  readonly mode: ScalingMode;
  readonly load: Load;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Waiting requests per worker that the autoscaler aims at, in mode `queue`. */
  readonly lagThreshold: number;
  /** The first worker starts when more requests than this wait. */
  readonly activationLagThreshold: number;
  readonly pollingInterval: number;
  readonly cooldownPeriod: number;
  readonly scaleUp: ScalingRules;
  readonly scaleDown: ScalingRules;
  /** How often the HPA controller looks. */
  readonly hpaSyncPeriod: number;
  readonly hpaTolerance: number;
  /** Requests that one worker handles at a time. */
  readonly workerConcurrency: number;
  readonly secondsPerMeme: number;
  /** How the time of a request varies. */
  readonly serviceTimes: ServiceTimes;
  /** Of the times that vary; the same seed gives the same run. */
  readonly seed: number;
  /** What a slot spends on a meme beside making it: the pull, the answer, the acknowledgements. */
  readonly secondsBesideMaking: number;
  /** Requests over all workers that JetStream has out at a time. */
  readonly maxAckPending: number;
  /** From the wish for a pod until it takes work, for one pod alone. */
  readonly podStartSeconds: number;
  /** What each further pod that starts at the same time adds, to all of them. */
  readonly podStartSpacing: number;
  /** Time in which mode `kpi` wants the backlog gone. */
  readonly drainTarget: number;
  /** How often the metric of mode `kpi` is taken. */
  readonly scrapeInterval: number;
  /** Share of the CPU request that mode `cpu` aims at. */
  readonly targetCpuUtilization: number;
  /** Cores that a worker requests. */
  readonly cpuRequest: number;
  /** Cores that an idle worker uses. */
  readonly cpuIdle: number;
  /** Core seconds that one meme costs. */
  readonly cpuPerMeme: number;
  /** How often metrics-server takes a sample, which is also the window that a sample covers. */
  readonly metricsWindow: number;
  /** When the periodic parts first look, counted from the start of the load. */
  readonly phases: Phases;
  /** When to stop if the work is not done or the replicas are not at rest. */
  readonly horizon: number;
}

/** Offsets that a user does not choose: the load may begin at any point of a period. */
export interface Phases {
  /** From 0 up to the polling interval. */
  readonly poll: number;
  /** From 0 up to the HPA's sync period. */
  readonly sync: number;
  /** From 0 up to the interval at which the metric is taken. */
  readonly scrape: number;
}

/** How long the lab's HPA waits before it believes in less: as KEDA does, but an hour at most. */
export function scaleDownWindowOf(cooldownPeriod: number): number {
  return Math.min(cooldownPeriod, 3600);
}

const DAY = 86_400;
const MARGIN = 3600;

/**
 * The end of the slowest run that may still come to rest: one worker does all the work, and the
 * replicas go down one by one after it. Work of more than a day is cut off, so that no run takes
 * minutes to simulate.
 */
export function horizonOf(scenario: Omit<Scenario, 'horizon'>): number {
  const { load, pollingInterval, scrapeInterval, hpaSyncPeriod, scaleDown } = scenario;
  const perMeme = scenario.secondsPerMeme + scenario.secondsBesideMaking;
  const work = Math.ceil(load.requests / scenario.workerConcurrency) * perMeme;
  const firstWorker = pollingInterval + scrapeInterval + scenario.podStartSeconds;
  const period = Math.max(
    hpaSyncPeriod,
    ...scaleDown.policies.map(({ periodSeconds }) => periodSeconds),
  );
  const down = scaleDown.stabilizationWindowSeconds + scenario.maxReplicas * period;
  const rest = scenario.cooldownPeriod + pollingInterval + down;
  return load.seconds + firstWorker + Math.min(work, DAY) + rest + MARGIN;
}

/**
 * The lab as it comes, with the start of its pods as the local cluster with 2 cores has it.
 *
 * @param load what comes in
 */
export function labScenario(load: Load, changes: Partial<Omit<Scenario, 'load'>> = {}): Scenario {
  const maxReplicas = changes.maxReplicas ?? SCALING.maxReplicas.default;
  const cooldownPeriod = changes.cooldownPeriod ?? SCALING.cooldownPeriod.default;
  const scenario: Omit<Scenario, 'horizon'> = {
    mode: SCALING.scalingMode.default,
    load,
    minReplicas: SCALING.minReplicas.default,
    maxReplicas,
    lagThreshold: SCALING.lagThreshold.default,
    activationLagThreshold: SCALING.activationLagThreshold.default,
    pollingInterval: SCALING.pollingInterval.default,
    cooldownPeriod,
    scaleUp: {
      stabilizationWindowSeconds: 0,
      policies: [{ type: 'Pods', value: maxReplicas, periodSeconds: 15 }],
    },
    scaleDown: {
      stabilizationWindowSeconds: scaleDownWindowOf(cooldownPeriod),
      policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
    },
    hpaSyncPeriod: 15,
    hpaTolerance: DEFAULT_TOLERANCE,
    workerConcurrency: WORKER.workerConcurrency.default,
    secondsPerMeme: WORKER.workerSecondsPerMeme.default,
    serviceTimes: 'deterministic',
    seed: 1,
    secondsBesideMaking: 0.06,
    maxAckPending: CONSUMER.maxAckPending,
    podStartSeconds: 1.9,
    podStartSpacing: 0.67,
    drainTarget: SCALING.drainTarget.default,
    scrapeInterval: 5,
    targetCpuUtilization: 0.5,
    cpuRequest: 0.05,
    cpuIdle: 0.003,
    cpuPerMeme: 0.04,
    metricsWindow: 15,
    phases: { poll: 0, sync: 0, scrape: 0 },
    ...changes,
  };
  return { ...scenario, horizon: changes.horizon ?? horizonOf(scenario) };
}
