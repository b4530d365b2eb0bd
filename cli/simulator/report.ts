import { type Measures } from './measures';
import { highest } from './highest';
import { objectiveText, type Objective } from './objective';
import {
  MAX_VIOLATION_SHARE,
  settingsOf,
  type Candidate,
  type Choice,
  type Proposal,
} from './optimiser';
import { type Scenario } from './scenario';
import { type Simulation } from './simulation';
import { sparkline } from './sparkline';
import { type PhaseRuns, type Range } from './spread';
import { table } from './table';
import { violationsText } from './violations';

const CHART_WIDTH = 64;

const LABELS: { readonly [Key in keyof Measures]-?: string } = {
  firstWanted: 'first replica asked for',
  firstReplica: 'first replica ready',
  firstAnswer: 'first answer',
  neededReplicas: 'most replicas ready',
  drain: 'drained after the last request',
  rest: 'replicas back at rest',
  p50: 'answer time, median',
  p95: 'answer time, p95',
  p99: 'answer time, p99',
  sloShare: 'answered within the objective',
  peakReplicas: 'most replicas',
  podSecondsUsed: 'pod-seconds used',
  podSecondsWasted: 'of which idle',
  reversals: 'reversals',
};

/** Measures that do not count from the start of the load. */
const AFTER_THE_LOAD: readonly (keyof Measures)[] = ['drain', 'p50', 'p95', 'p99'];

const COUNTS: readonly (keyof Measures)[] = [
  'peakReplicas',
  'podSecondsUsed',
  'podSecondsWasted',
  'reversals',
];

/** The outcome of a scenario for a person to read: measures with their spread, and the typical run as a chart. */
export function runsText(scenario: Scenario, runs: PhaseRuns, objective: Objective): string {
  const count = runs.measures.length;
  return [
    `${scenario.load.requests} requests (${scenario.load.name}), mode ${scenario.mode}, ` +
      `${scenario.minReplicas} to ${scenario.maxReplicas} replicas, objective ${objectiveText(objective)}`,
    count === 1
      ? 'One run.'
      : `${count} runs; in each the load begins at another point of the autoscaler's periods.`,
    '',
    ...table([
      ['', 'lowest', 'median', 'highest'],
      ...(Object.keys(LABELS) as (keyof Measures)[]).map((name) => [
        LABELS[name],
        ...rangeCells(runs.spread[name], {
          count,
          shown: (value) => shownMeasure(name, value),
          missing: runs.cut > 0 ? `not within ${simulatedSeconds(scenario, name)} s` : 'never',
        }),
      ]),
    ]),
    ...(runs.cut > 0
      ? [
          '',
          `${runs.cut} of ${count} runs were not at rest after ${scenario.horizon.toFixed(0)} s; ` +
            'the simulation ends there, and their pod-seconds with it.',
        ]
      : []),
    '',
    ...chart(runs.typical),
  ].join('\n');
}

/** What a search came to, with the commands that set it. */
export function proposalText(scenario: Scenario, proposal: Proposal, objective: Objective): string {
  const { present, best, tried, judged } = proposal;
  const settings = settingsOf(scenario);
  const row = (name: keyof Choice) => [name, present.choice[name], best.choice[name]].map(String);
  const isKept = best.excess === 0;
  const breaksOften = judged.best.count / judged.best.runs > MAX_VIOLATION_SHARE;
  const changes = settings.filter((name) => present.choice[name] !== best.choice[name]);
  return [
    `${objectiveText(objective)} for ${scenario.load.requests} requests (${scenario.load.name}) ` +
      `in mode ${scenario.mode}, ${tried} settings simulated`,
    '',
    ...table([
      ['', 'present', 'proposed'],
      ...settings.map(row),
      ['pod-seconds', present.podSeconds.toFixed(0), best.podSeconds.toFixed(0)],
      [
        'above the objective',
        excessText(scenario, present.excess),
        excessText(scenario, best.excess),
      ],
    ]),
    '',
    `A run breaks the objective with a probability of, present: ${violationsText(judged.present)}`,
    `proposed: ${violationsText(judged.best)}.`,
    'These runs have arrivals and phases of their own: none of them chose the settings.',
    '',
    ...(isKept
      ? changes.length === 0
        ? ['The present settings are the cheapest that keep it.']
        : changes.map((name) => `npx pulumi config set ${name} ${best.choice[name]}`)
      : [failureText(scenario, best, objective)]),
    ...(isKept && breaksOften
      ? ['', `That is more than ${MAX_VIOLATION_SHARE * 100} %: choose by more --runs.`]
      : []),
  ].join('\n');
}

function chart(run: Simulation): string[] {
  const { replicas, lag } = run;
  const perSecond = (key: 'wanted' | 'ready') => {
    let index = 0;
    return lag.map((_, second) => {
      while (index + 1 < replicas.length && replicas[index + 1]!.at <= second) index++;
      return replicas[index]![key];
    });
  };
  const [wanted, ready] = [perSecond('wanted'), perSecond('ready')];
  const line = (name: string, values: readonly number[]) =>
    `${name.padEnd(8)} ${sparkline(values, CHART_WIDTH)}  at most ${highest(values)}`;
  return [
    `The run with the median drain, ${run.end.toFixed(0)} s from left to right:`,
    line('lag', lag),
    line('wanted', wanted),
    line('ready', ready),
  ];
}

interface CellOptions {
  /** Runs that there were. */
  readonly count: number;
  readonly shown: (value: number) => string;
  /** What a run has that did not come to it. */
  readonly missing: string;
}

function rangeCells(range: Range | undefined, { count, shown, missing }: CellOptions): string[] {
  if (range === undefined) return [missing, missing, missing];
  const cells = [range.lowest, range.median, range.highest].map(shown);
  return range.runs === count ? cells : [cells[0]!, `in ${range.runs} of ${count}`, missing];
}

/** How long a measure had to come about in a run that the horizon ended. */
function simulatedSeconds({ horizon, load }: Scenario, name: keyof Measures): string {
  return (AFTER_THE_LOAD.includes(name) ? horizon - load.seconds : horizon).toFixed(0);
}

/** A measure as people read it. */
export function shownMeasure(name: keyof Measures, value: number): string {
  if (name === 'sloShare') return `${(value * 100).toFixed(1)} %`;
  return COUNTS.includes(name) ? value.toFixed(0) : `${value.toFixed(1)} s`;
}

function excessText({ horizon }: Scenario, excess: number): string {
  if (excess === 0) return 'no';
  return excess === Infinity
    ? `not all answered within ${horizon.toFixed(0)} s`
    : `${excess.toFixed(1)} s`;
}

function failureText(
  { horizon, maxReplicas }: Scenario,
  best: Candidate,
  { measure }: Objective,
): string {
  // a run that was cut short says nothing of what comes after
  return best.excess === Infinity
    ? `No settings that were tried come to their ${measure} within the ${horizon.toFixed(0)} s that are ` +
        `simulated, with at most ${maxReplicas} replicas. ` +
        'Allow more replicas with --max-replicas, or simulate less with --requests.'
    : `Nothing keeps it with at most ${maxReplicas} replicas; what comes nearest is shown. ` +
        'Allow more replicas with --max-replicas, or ask for less with --slo.';
}
