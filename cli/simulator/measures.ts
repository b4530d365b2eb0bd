import { reversals } from '../../workloads/protocol/reversals';
import { percentile, podSeconds, shareWithin } from '../experiment/measures/formulas';
import { answerTimes } from './answer-times';
import { highest } from './highest';
import { type Simulation } from './simulation';

/**
 * What a run is judged by, by the same formulas as a measured run. Moments are in seconds since
 * the first request, which a profile that begins slowly has after its start; absent where it never
 * came to that.
 */
export interface Measures {
  /** When a replica beyond those at rest was first asked for. */
  readonly firstWanted?: number;
  /** When a replica was first ready. */
  readonly firstReplica?: number;
  /** When the first request was answered. */
  readonly firstAnswer?: number;
  /** When as many replicas were ready as are needed. */
  readonly neededReplicas?: number;
  /** From the last request to the last answer. */
  readonly drain?: number;
  /** When the replicas were back at rest. */
  readonly rest?: number;
  /** From request to answer, for half of the requests. */
  readonly p50?: number;
  readonly p95?: number;
  readonly p99?: number;
  /** Share of the requests that were answered within the objective, 0 to 1. */
  readonly sloShare: number;
  /** Most replicas asked for. */
  readonly peakReplicas: number;
  /** Pods, started or not, summed over the seconds since the first request. */
  readonly podSecondsUsed: number;
  /** The part of {@link podSecondsUsed} in which pods did not work: started, idled, or filled only some of their slots. */
  readonly podSecondsWasted: number;
  /** How often the replicas went down after they had gone up, or up after they had gone down. */
  readonly reversals: number;
}

/**
 * Measures a run.
 *
 * @param objectiveSeconds an answer within this time counts as good
 * @param needed replicas that the load needs; by default the most that were ready
 */
export function measure(
  run: Simulation,
  objectiveSeconds: number,
  needed = Math.max(1, highest(run.replicas.map(({ ready }) => ready))),
): Measures {
  const { scenario, replicas, end, stepSeconds } = run;
  const began =
    Math.max(
      0,
      run.arrivals.findIndex((count) => count > 0),
    ) * stepSeconds;
  // what was so before the first request was so when it came
  const since = (moment: number | undefined) =>
    moment === undefined ? undefined : Math.max(0, moment - began);
  const atRest = replicas[0]!.wanted;
  const times = answerTimes(run);
  const isDrained = run.unanswered === 0;
  const points = replicas.map(({ at, wanted }) => ({ t: at - began, pods: wanted }));
  const podSecondsUsed = podSeconds([...points, { t: end - began, pods: 0 }]);
  const workSeconds = run.busySeconds / scenario.workerConcurrency;
  const { lastAnswer } = run;
  return {
    firstWanted: since(replicas.find(({ wanted }) => wanted > atRest)?.at),
    firstReplica: since(replicas.find(({ ready }) => ready >= 1)?.at),
    firstAnswer: since(run.firstAnswer),
    neededReplicas: since(replicas.find(({ ready }) => ready >= needed)?.at),
    drain:
      isDrained && lastAnswer !== undefined
        ? Math.max(0, lastAnswer - scenario.load.seconds)
        : undefined,
    rest: isDrained && replicas.at(-1)!.wanted === atRest ? since(replicas.at(-1)!.at) : undefined,
    p50: percentile(times, run.arrived, 0.5),
    p95: percentile(times, run.arrived, 0.95),
    p99: percentile(times, run.arrived, 0.99),
    sloShare: shareWithin(times, run.arrived, objectiveSeconds),
    peakReplicas: highest(replicas.map(({ wanted }) => wanted)),
    podSecondsUsed,
    podSecondsWasted: Math.max(0, podSecondsUsed - workSeconds),
    reversals: reversals(replicas.map(({ wanted }) => wanted)),
  };
}
