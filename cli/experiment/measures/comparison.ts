import { median } from 'simple-statistics';
import { medianRanks } from './median-interval';
import { type MeasureName, type RunMeasures } from './run-measures';

/** A measure over the repeats of a mode. */
export interface Spread {
  /** All of them. */
  readonly runs: number;
  /** Over all runs, never being more than any time; `null` where that is never. */
  readonly median: number | null;
  /** Over the runs in which it happened; `null` where it never did. */
  readonly min: number | null;
  readonly max: number | null;
  /** Runs in which it did not happen. */
  readonly missing: number;
  /** Where the true median lies with 95 %; absent for less than six runs, `null` is never. */
  readonly interval?: { readonly low: number | null; readonly high: number | null };
}

/** How a mode differs from another in a measure; `same` where all runs of both have one value. */
export type Difference = 'less' | 'more' | 'noise' | 'same';

/** The spread of a measure over runs. */
export function spreadOf(runs: readonly RunMeasures[], name: MeasureName): Spread {
  const values = runs.map((run) => run[name]).filter((value) => value !== null);
  const missing = runs.length - values.length;
  const counts = { runs: runs.length, missing, ...intervalOf(values, runs.length) };
  if (values.length === 0) return { median: null, min: null, max: null, ...counts };
  const middle = median(runs.map((run) => run[name] ?? Infinity));
  return {
    median: Number.isFinite(middle) ? middle : null,
    min: Math.min(...values),
    max: Math.max(...values),
    ...counts,
  };
}

function intervalOf(values: readonly number[], runs: number): Pick<Spread, 'interval'> {
  const ranks = medianRanks(runs);
  if (ranks === undefined) return {};
  const sorted = [...values].sort((a, b) => a - b);
  const at = (rank: number) => sorted[rank - 1] ?? null;
  return { interval: { low: at(ranks.low), high: at(ranks.high) } };
}

/**
 * Whether a measure differs between two modes: only where their ranges do not overlap. With three
 * runs of each, two equal modes have separate ranges by chance once in ten times (2 of the 20 ways to
 * deal six values into two threes); everything less is called noise, and so is any difference from a
 * single run, which has no range. Never having happened is more than any time.
 */
export function differenceOf(a: Spread, b: Spread): Difference {
  const [first, second] = [rangeOf(a), rangeOf(b)];
  const isOneValue = first.low === first.high && second.low === second.high;
  if (isOneValue && first.low === second.low) return 'same';
  if (a.runs === 1 || b.runs === 1) return 'noise';
  if (first.high < second.low) return 'less';
  if (first.low > second.high) return 'more';
  return 'noise';
}

function rangeOf({ min, max, missing }: Spread): { readonly low: number; readonly high: number } {
  return { low: min ?? Infinity, high: missing > 0 ? Infinity : (max ?? Infinity) };
}
