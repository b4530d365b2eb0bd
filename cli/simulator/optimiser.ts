import { excess, type Objective } from './objective';
import { scaleDownWindowOf, type Scenario } from './scenario';
import { drawnScenarios, runAll } from './spread';
import { violationsOf, type Violations } from './violations';

/** The settings that a search may change. */
export type Choice = Readonly<
  Pick<
    Scenario,
    'minReplicas' | 'lagThreshold' | 'pollingInterval' | 'cooldownPeriod' | 'drainTarget'
  >
>;

/** A choice, and how its runs went. */
export interface Candidate {
  readonly choice: Choice;
  /** Seconds by which the worst run that it was chosen by is above the objective; 0 where all keep it. */
  readonly excess: number;
  /** Median over the runs, from their first request on, with the quiet time after the load. */
  readonly podSeconds: number;
}

/** What a search came to. */
export interface Proposal {
  /** The settings as they were. */
  readonly present: Candidate;
  /** The best that was found; it need not keep the objective. */
  readonly best: Candidate;
  /** Settings that were simulated. */
  readonly tried: number;
  /** How often the settings break the objective in runs that nothing was chosen by. */
  readonly judged: { readonly present: Violations; readonly best: Violations };
}

/** What a search looks for. */
export interface SearchOptions {
  readonly objective: Objective;
  /** Seconds of quiet after the load; pods that are kept through it cost. */
  readonly quietSeconds: number;
  /** Runs that each choice is chosen by at first; those that break what was found are added. */
  readonly runs: number;
  /** Runs that judge what was found. */
  readonly judgeRuns: number;
  /** The same seed gives the same answer. */
  readonly seed: number;
}

/** A proposal that breaks its objective more often than this is none. */
export const MAX_VIOLATION_SHARE = 0.05;

const MAX_ROUNDS = 6;
const TRIAL_RUNS = 60;
const MAX_ADDED_RUNS = 5;
// the seeds that choose, try and judge never overlap
const TRIAL_SEEDS = 100_000;
const JUDGE_SEEDS = 200_000;

const LADDERS: { readonly [Key in keyof Choice]: readonly number[] } = {
  minReplicas: [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 50, 100, 200, 500],
  lagThreshold: [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100, 200, 500],
  pollingInterval: [1, 2, 3, 5, 10, 15, 30],
  // not below the acknowledgement wait: the messages of a dead worker count as lag for that long
  cooldownPeriod: [25, 30, 45, 60, 90, 120, 180, 300],
  drainTarget: [1, 2, 3, 5, 8, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300],
};

const STARTS: readonly Partial<Choice>[] = [
  {},
  { lagThreshold: 1, drainTarget: 1 },
  { lagThreshold: 5, drainTarget: 10 },
  { lagThreshold: 20, drainTarget: 30 },
  { lagThreshold: 100, drainTarget: 120 },
];

/**
 * Looks for the settings that keep an objective at the least pod-seconds. Arrivals and phases are
 * drawn at random: some runs choose; what they choose is tried in others, of which those that break
 * the objective are added to the ones that choose; and what is left at the end is judged in runs that
 * nothing was chosen by. The same question and seed always get the same answer.
 */
export function propose(scenario: Scenario, options: SearchOptions): Proposal {
  const { objective, runs, judgeRuns, seed } = options;
  const from = (first: number, count: number) =>
    Array.from({ length: count }, (_, index) => seed + first + index);
  const outcomes = (choice: Choice, seeds: readonly number[]) =>
    runAll(drawnScenarios(withChoice(scenario, choice), seeds), objective.seconds).measures;
  let choosing = from(0, runs);
  const trial = from(TRIAL_SEEDS, TRIAL_RUNS);
  let tried = 0;
  for (let round = 1; ; round++) {
    const found = search(scenario, options, choosing);
    tried += found.tried;
    const trialRuns = outcomes(found.best.choice, trial);
    const failing = trial.filter(
      (each, index) => !choosing.includes(each) && excess(objective, [trialRuns[index]!]) > 0,
    );
    // what nothing keeps gets no better with more runs
    if (round === MAX_ROUNDS || failing.length === 0 || found.best.excess > 0) {
      const judge = (choice: Choice) =>
        violationsOf(objective, outcomes(choice, from(JUDGE_SEEDS, judgeRuns)));
      const judged = { present: judge(found.present.choice), best: judge(found.best.choice) };
      return { ...found, tried, judged };
    }
    choosing = [...choosing, ...failing.slice(0, MAX_ADDED_RUNS)];
  }
}

/** From a coarse grid of starts, one setting at a time up and down its ladder until nothing gets better. */
function search(
  scenario: Scenario,
  options: SearchOptions,
  seeds: readonly number[],
): Omit<Proposal, 'judged'> {
  const settings = settingsOf(scenario);
  const seen = new Map<string, Candidate>();
  const judge = (choice: Choice) => {
    const key = settings.map((name) => choice[name]).join();
    const known = seen.get(key);
    if (known) return known;
    const candidate = { choice, ...judgeChoice(scenario, choice, options, seeds) };
    seen.set(key, candidate);
    return candidate;
  };
  const present = judge(choiceOf(scenario));
  let best = present;
  for (const minReplicas of coarse(LADDERS.minReplicas, scenario.maxReplicas)) {
    for (const start of STARTS) {
      let here = judge({ ...present.choice, ...start, minReplicas });
      for (let next: Candidate | undefined = here; next;) {
        here = next;
        next = settings
          .flatMap((name) => neighbours(scenario, here.choice, name))
          .map(judge)
          .filter((candidate) => isBetter(candidate, here))
          .sort((a, b) => (isBetter(a, b) ? -1 : 1))[0];
      }
      if (isBetter(here, best)) best = here;
    }
  }
  return { present, best, tried: seen.size };
}

/** The settings that matter in a mode. */
export function settingsOf({ mode }: Pick<Scenario, 'mode'>): (keyof Choice)[] {
  if (mode === 'cpu') return ['minReplicas'];
  if (mode === 'conflict') return ['minReplicas', 'pollingInterval', 'cooldownPeriod'];
  const threshold = mode === 'kpi' ? 'drainTarget' : 'lagThreshold';
  return [threshold, 'minReplicas', 'pollingInterval', 'cooldownPeriod'];
}

/** A scenario with other settings; the window of the HPA follows the cooldown as it does in the lab. */
export function withChoice(scenario: Scenario, choice: Choice): Scenario {
  const follows =
    scenario.scaleDown.stabilizationWindowSeconds === scaleDownWindowOf(scenario.cooldownPeriod) &&
    scenario.mode !== 'cpu';
  if (!follows) return { ...scenario, ...choice };
  const scaleDown = {
    ...scenario.scaleDown,
    stabilizationWindowSeconds: scaleDownWindowOf(choice.cooldownPeriod),
  };
  return { ...scenario, ...choice, scaleDown };
}

function judgeChoice(
  scenario: Scenario,
  choice: Choice,
  options: SearchOptions,
  seeds: readonly number[],
) {
  const scenarios = drawnScenarios(withChoice(scenario, choice), seeds);
  const { measures, ends } = runAll(scenarios, options.objective.seconds);
  const total = scenario.load.seconds + options.quietSeconds;
  const costs = measures
    .map(({ podSecondsUsed }, index) => {
      // the run itself counts up to its end, which may come long after its last change of replicas
      const quiet = Math.max(0, total - ends[index]!);
      return podSecondsUsed + restReplicas(scenario, choice) * quiet;
    })
    .sort((a, b) => a - b);
  return {
    excess: excess(options.objective, measures),
    podSeconds: costs[Math.floor((costs.length - 1) / 2)]!,
  };
}

function restReplicas({ mode }: Scenario, { minReplicas }: Choice): number {
  return mode === 'cpu' ? Math.max(1, minReplicas) : minReplicas;
}

/** Keeping the objective counts before cost; nearly as cheap is not better, so that a search ends. */
function isBetter(a: Candidate, b: Candidate): boolean {
  if (a.excess !== b.excess) return a.excess < b.excess;
  return a.podSeconds < b.podSeconds - 1e-6;
}

function neighbours(scenario: Scenario, choice: Choice, name: keyof Choice): Choice[] {
  const value = choice[name];
  const ladder = LADDERS[name];
  const lower = ladder.filter((step) => step < value).at(-1);
  const higher = ladder.find((step) => step > value);
  return [lower, higher]
    .filter((step) => step !== undefined)
    .filter((step) => name !== 'minReplicas' || step <= scenario.maxReplicas)
    .map((step) => ({ ...choice, [name]: step }));
}

function coarse(ladder: readonly number[], most: number): number[] {
  return ladder.filter((step, index) => step <= most && index % 4 === 0);
}

function choiceOf(scenario: Scenario): Choice {
  const { minReplicas, lagThreshold, pollingInterval, cooldownPeriod, drainTarget } = scenario;
  return { minReplicas, lagThreshold, pollingInterval, cooldownPeriod, drainTarget };
}
