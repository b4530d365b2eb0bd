import { measure, type Measures } from './measures';
import { type Scenario } from './scenario';
import { simulate, type Simulation } from './simulation';

/** One measure over several runs. */
export interface Range {
  readonly lowest: number;
  /** Over all runs; Infinity where more than half of them never came to it. */
  readonly median: number;
  readonly highest: number;
  /** In how many of the runs it came to that. */
  readonly runs: number;
}

/** Every measure over several runs that differ in their phases alone. */
export type Spread = Readonly<Partial<Record<keyof Measures, Range>>>;

/** Runs of one scenario, as it goes when the load begins at different points of the periods. */
export interface PhaseRuns {
  readonly measures: readonly Measures[];
  readonly spread: Spread;
  /** When each of the runs ended, in seconds since its load began. */
  readonly ends: readonly number[];
  /** Runs that the scenario's horizon ended before they came to rest. */
  readonly cut: number;
  /** The run whose drain is the median. */
  readonly typical: Simulation;
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Simulates a scenario with the HPA's sync spread evenly over its period. KEDA's poll and the
 * sampling of the metric are spread as well, each in its own order, so that they do not move together.
 *
 * @param count runs; at least 1
 * @param needed replicas that the load needs; by default the most that were ready
 */
export function runPhases(
  scenario: Scenario,
  count: number,
  objectiveSeconds: number,
  needed?: number,
): PhaseRuns {
  const runs = Array.from({ length: count }, (_, index) => {
    const phases = {
      sync: ((index + 0.5) / count) * scenario.hpaSyncPeriod,
      poll: (((index + 1) * GOLDEN) % 1) * scenario.pollingInterval,
      scrape: (((index + 1) * GOLDEN * GOLDEN) % 1) * samplingPeriod(scenario),
    };
    const run = simulate({ ...scenario, phases });
    return { run, measures: measure(run, objectiveSeconds, needed) };
  });
  const ordered = [...runs].sort(
    (a, b) => (a.measures.drain ?? Infinity) - (b.measures.drain ?? Infinity),
  );
  const measures = runs.map((each) => each.measures);
  return {
    measures,
    spread: spreadOf(measures),
    ends: runs.map(({ run }) => run.end),
    cut: runs.filter(({ run }) => run.isCut).length,
    typical: ordered[Math.floor((count - 1) / 2)]!.run,
  };
}

function samplingPeriod({ mode, metricsWindow, scrapeInterval }: Scenario): number {
  return mode === 'cpu' ? metricsWindow : scrapeInterval;
}

/** Lowest, median and highest value of every measure; never having come to it is more than any value. */
export function spreadOf(measures: readonly Measures[]): Spread {
  const names = new Set(measures.flatMap((each) => Object.keys(each) as (keyof Measures)[]));
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const values = measures
        .map((each) => each[name])
        .filter((value) => value !== undefined)
        .sort((a, b) => a - b);
      if (values.length === 0) return [];
      const range: Range = {
        lowest: values[0]!,
        median: values[Math.floor((measures.length - 1) / 2)] ?? Infinity,
        highest: values.at(-1)!,
        runs: values.length,
      };
      return [[name, range]];
    }),
  );
}
