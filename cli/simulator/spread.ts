import { Random } from '../../workloads/protocol/random';
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

/** Every measure over several runs that differ in their phases, or in their chance. */
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
  const scenarios = Array.from({ length: count }, (_, index) => {
    const phases = {
      sync: ((index + 0.5) / count) * scenario.hpaSyncPeriod,
      poll: (((index + 1) * GOLDEN) % 1) * scenario.pollingInterval,
      scrape: (((index + 1) * GOLDEN * GOLDEN) % 1) * samplingPeriod(scenario),
    };
    return { ...scenario, phases };
  });
  return runAll(scenarios, objectiveSeconds, needed);
}

/**
 * Scenarios that differ in everything that is left to chance: the arrivals, as the load generator
 * draws them, the moment within the autoscaler's periods, and the time of each request.
 *
 * @param seeds one for each; the same seed gives the same run
 */
export function drawnScenarios(scenario: Scenario, seeds: readonly number[]): Scenario[] {
  return seeds.map((seed) => {
    const random = new Random(seed);
    const phases = {
      sync: random.between(0, scenario.hpaSyncPeriod),
      poll: random.between(0, scenario.pollingInterval),
      scrape: random.between(0, samplingPeriod(scenario)),
    };
    const load = scenario.load.drawn?.(seed) ?? scenario.load;
    return { ...scenario, load, phases, seed };
  });
}

/** Simulates each of some scenarios; see {@link runPhases}. */
export function runAll(
  scenarios: readonly Scenario[],
  objectiveSeconds: number,
  needed?: number,
): PhaseRuns {
  const runs = scenarios.map((scenario) => {
    const run = simulate(scenario);
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
    typical: ordered[Math.floor((runs.length - 1) / 2)]!.run,
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
