import { reversals } from '../../../workloads/protocol/reversals';
import { type RunRecord, type Sample, type Setup } from '../run-record';
import { integral, percentile, podSeconds, shareWithin } from './formulas';

/** What one run comes to; `null` where it did not happen. The formulas are in docs/experiments.md. */
export interface RunMeasures {
  /** Seconds from the start of the load. */
  readonly firstReplica: number | null;
  /** Seconds from the start of the load. */
  readonly neededReplicas: number | null;
  /** Seconds from the last request to the last answer. */
  readonly drain: number | null;
  /** Seconds from when a request was due to its picture; those without one count as slowest. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  /** Share of all requests that were answered with a picture within the objective, 0 to 1. */
  readonly sloShare: number;
  readonly peakReplicas: number;
  readonly podSecondsUsed: number;
  readonly podSecondsWasted: number;
  readonly reversals: number;
  readonly redeliveries: number;
  /** Requests that were still in the queue when the run was given up. */
  readonly unanswered: number;
  /** Requests that the stream took, that nobody answered, and that are in the queue no longer. */
  readonly lost: number;
  /** Answers beyond the first of each request. */
  readonly duplicated: number;
  readonly failed: number;
  /** Replicas wanted while autoscalers were frozen, the most of them; `null` where none was. */
  readonly frozenAt: number | null;
  /** Seconds in which an autoscaler said that it could not scale. */
  readonly stuckSeconds: number;
}

// Kubernetes' reason where several autoscalers select the same pods
const FROZEN = ': AmbiguousSelector';

/** The names of the measures. */
export type MeasureName = keyof RunMeasures;

/**
 * Computes the measures of a run.
 *
 * @param needed replicas that the profile needs
 */
export function runMeasures(run: RunRecord, setup: Setup, needed: number): RunMeasures {
  const { samples, requests } = run;
  const { workerConcurrency: concurrency } = setup.settings;
  const after = samples.filter(({ t }) => t >= 0);
  const times = requests
    .flatMap(({ totalMs, error }) =>
      totalMs === undefined || error !== undefined ? [] : [{ seconds: totalMs / 1000, count: 1 }],
    )
    .sort((a, b) => a.seconds - b.seconds);
  const quantile = (share: number) => percentile(times, requests.length, share) ?? null;
  const used = podSeconds(samples);
  const open = requests.filter(({ answers, refused }) => answers === 0 && refused === undefined);
  const worked = integral(samples, ({ inFlight, pods }) => Math.min(inFlight / concurrency, pods));
  return {
    firstReplica: after.find(({ ready }) => ready >= 1)?.t ?? null,
    neededReplicas: after.find(({ ready }) => ready >= needed)?.t ?? null,
    drain: drainSeconds(run),
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    sloShare: shareWithin(times, requests.length, setup.sloSeconds),
    peakReplicas: Math.max(0, ...after.map(({ wanted }) => wanted)),
    podSecondsUsed: used,
    podSecondsWasted: used - worked,
    reversals: reversals(samples.map(({ wanted }) => wanted)),
    redeliveries: run.redeliveries,
    unanswered: Math.min(open.length, run.leftOver),
    lost: Math.max(0, open.length - run.leftOver),
    duplicated: requests.reduce((sum, { answers }) => sum + Math.max(0, answers - 1), 0),
    failed: requests.filter(({ error }) => error !== undefined).length,
    frozenAt: frozenReplicas(after),
    stuckSeconds: integral(samples, ({ stuck }) => (stuck.length > 0 ? 1 : 0)),
  };
}

function frozenReplicas(samples: readonly Sample[]): number | null {
  const frozen = samples.filter(({ stuck }) => stuck.some((text) => text.endsWith(FROZEN)));
  return frozen.length === 0 ? null : Math.max(...frozen.map(({ wanted }) => wanted));
}

function drainSeconds({ requests }: RunRecord): number | null {
  if (requests.some(({ answered, refused }) => answered === undefined && refused === undefined)) {
    return null;
  }
  const answers = requests.flatMap(({ answered }) => (answered === undefined ? [] : [answered]));
  if (answers.length === 0) return null;
  return Math.max(...answers) - Math.max(...requests.map(({ due }) => due));
}
