import { type Measures } from './measures';
import { type Objective } from './objective';

/** How many of some runs broke an objective, and the 95 % interval of the probability that a run does. */
export interface Violations {
  readonly runs: number;
  readonly count: number;
  readonly low: number;
  readonly high: number;
}

// of the normal distribution, for 95 %
const Z = 1.96;

/** Counts the runs that break an objective; the interval is Wilson's, which holds at a count of 0 too. */
export function violationsOf(
  { measure, seconds }: Objective,
  runs: readonly Measures[],
): Violations {
  const count = runs.filter((run) => (run[measure] ?? Infinity) > seconds).length;
  const total = runs.length;
  const share = count / total;
  const scale = 1 + Z ** 2 / total;
  const middle = (share + Z ** 2 / (2 * total)) / scale;
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / total + Z ** 2 / (4 * total ** 2));
  return {
    ...{ runs: total, count },
    low: count === 0 ? 0 : middle - half,
    high: count === total ? 1 : middle + half,
  };
}

/** The violations as people read them. */
export function violationsText({ runs, count, low, high }: Violations): string {
  const percent = (share: number) => (share * 100).toFixed(1);
  return `${percent(count / runs)} % (${count} of ${runs} runs; 95 % interval ${percent(low)} to ${percent(high)} %)`;
}
