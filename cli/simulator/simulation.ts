import { Random } from '../../workloads/protocol/random';
import { workersNeeded } from '../../workloads/protocol/workers-needed';
import { CpuScaler } from './cpu-scaler';
import { KedaScaler, type Trigger } from './keda-scaler';
import { Periodic } from './periodic';
import { PodSet } from './pod-set';
import { type Scaler } from './scaler';
import { type Scenario } from './scenario';
import { serviceSteps, type ServiceTimes } from './service-time';
import { WorkQueue } from './work-queue';

/** The replicas from one moment to the next change. */
export interface ReplicaChange {
  readonly at: number;
  /** What the autoscaler asks for, which is also how many pods there are, started or not. */
  readonly wanted: number;
  readonly ready: number;
}

/** What happened in a simulated run; all times are in seconds since the load began. */
export interface Simulation {
  readonly scenario: Scenario;
  /** Length of one step of time. */
  readonly stepSeconds: number;
  /** How long one request is worked on, on average. */
  readonly serviceSeconds: number;
  /** Requests that came in each step. */
  readonly arrivals: Int32Array;
  /** Requests that a worker began with in each step. */
  readonly starts: Int32Array;
  /** Steps that each request took from its start, in the order of the starts; empty where all take the same. */
  readonly durations: readonly number[];
  /** Requests that were being worked on, summed over the seconds. */
  readonly busySeconds: number;
  /** When the first and the last request were answered; absent where none was. */
  readonly firstAnswer?: number;
  readonly lastAnswer?: number;
  readonly arrived: number;
  readonly answered: number;
  /** Requests that wait or are being worked on at the end. */
  readonly unanswered: number;
  /** Every change; the first one is the state before the load. */
  readonly replicas: readonly ReplicaChange[];
  /** Requests that wait or are being worked on, once a second. */
  readonly lag: readonly number[];
  readonly end: number;
  /** Whether the horizon ended the run, with work left or replicas above those at rest. */
  readonly isCut: boolean;
}

const LONGEST_STEP = 0.1;
// times that vary need steps that are short beside them
const MIN_STEPS_OF_RANDOM_SERVICE = 50;

/**
 * Simulates one run: from the first request until all are answered and the replicas are back at
 * their minimum, or until the horizon. Its cost depends on the simulated time alone.
 */
export function simulate(scenario: Scenario): Simulation {
  const serviceSeconds = meanServiceSeconds(scenario);
  const meanSteps = stepsOf(serviceSeconds, scenario.serviceTimes);
  const stepSeconds = serviceSeconds / meanSteps;
  const steps = Math.ceil(scenario.horizon / stepSeconds) + 1;
  const queue = new WorkQueue(steps, meanSteps, drawOf(scenario, meanSteps));
  const atRest = leastReplicas(scenario);
  const pods = new PodSet(
    { startSeconds: scenario.podStartSeconds, startSpacingSeconds: scenario.podStartSpacing },
    atRest,
  );
  const scaler = scalerOf(scenario);
  const { load, workerConcurrency, maxAckPending } = scenario;
  // one object for all steps: a day has a million of them
  const state = {
    now: 0,
    pods,
    queue,
  };
  const replicas: ReplicaChange[] = [{ at: 0, wanted: pods.wanted, ready: pods.ready }];
  const lag: number[] = [];
  const seconds = new Periodic(1, 0);
  let arrived = 0;
  let step = 0;
  let isCut = true;
  let busySteps = 0;
  for (; step < steps; step++) {
    const now = step * stepSeconds;
    const total = load.arrivedBy(now);
    queue.receive(total - arrived);
    arrived = total;
    state.now = now;
    const wanted = scaler.step(state);
    if (wanted !== pods.wanted) queue.release(pods.scale(now, wanted));
    pods.advance(now);
    queue.start(Math.min(pods.ready * workerConcurrency, maxAckPending));
    busySteps += queue.inFlight;
    const last = replicas.at(-1)!;
    if (last.wanted !== pods.wanted || last.ready !== pods.ready)
      replicas.push({ at: now, wanted: pods.wanted, ready: pods.ready });
    if (seconds.due(now) !== undefined) lag.push(queue.lag);
    isCut = now < load.seconds || queue.lag > 0 || pods.wanted !== atRest;
    if (!isCut) break;
  }
  const count = Math.min(step + 1, steps);
  const { first, last } = queue.answerSteps;
  return {
    scenario,
    stepSeconds,
    serviceSeconds,
    arrivals: queue.arrivals.subarray(0, count),
    starts: queue.starts.subarray(0, count),
    arrived,
    durations: queue.durations,
    busySeconds: busySteps * stepSeconds,
    firstAnswer: first === undefined ? undefined : first * stepSeconds,
    lastAnswer: last === undefined ? undefined : last * stepSeconds,
    answered: queue.answered,
    unanswered: queue.lag,
    replicas,
    lag,
    end: (count - 1) * stepSeconds,
    isCut,
  };
}

function stepsOf(serviceSeconds: number, times: ServiceTimes): number {
  const steps = Math.ceil(serviceSeconds / LONGEST_STEP - 1e-9);
  return times === 'deterministic' ? steps : Math.max(MIN_STEPS_OF_RANDOM_SERVICE, steps);
}

function drawOf({ serviceTimes, seed }: Scenario, meanSteps: number): (() => number) | undefined {
  if (serviceTimes === 'deterministic') return undefined;
  const random = new Random(seed);
  return () => serviceSteps(serviceTimes, meanSteps, random);
}

/** Replicas while there is nothing to do; without KEDA nobody goes to zero. */
function leastReplicas({ mode, minReplicas }: Scenario): number {
  return mode === 'cpu' ? Math.max(1, minReplicas) : minReplicas;
}

// an answer from the cache takes next to no time; the queue knows one time for all, so the mean
function meanServiceSeconds({ secondsPerMeme, secondsBesideMaking, load }: Scenario): number {
  return Math.max(0.01, secondsPerMeme * (1 - load.repeatShare) + secondsBesideMaking);
}

function scalerOf(scenario: Scenario): Scaler {
  const { mode, lagThreshold, activationLagThreshold } = scenario;
  const lag: Trigger = {
    read: ({ queue }) => queue.lag,
    threshold: lagThreshold,
    activationThreshold: activationLagThreshold,
  };
  if (mode === 'cpu') return new CpuScaler(scenario);
  if (mode === 'kpi') return new KedaScaler(scenario, workersTrigger(scenario));
  return new KedaScaler(scenario, lag, mode === 'conflict');
}

/** The workers that drain the backlog in time, as often as the metric is taken. */
function workersTrigger(scenario: Scenario): Trigger {
  const { scrapeInterval, phases, secondsPerMeme, drainTarget, workerConcurrency } = scenario;
  const scrapes = new Periodic(scrapeInterval, phases.scrape);
  let workers = 0;
  return {
    read: ({ now, queue }) => {
      if (scrapes.due(now) !== undefined)
        workers = workersNeeded({
          lag: queue.lag,
          secondsPerMeme,
          concurrency: workerConcurrency,
          drainSeconds: drainTarget,
        });
      return workers;
    },
    threshold: 1,
    activationThreshold: 0,
  };
}
