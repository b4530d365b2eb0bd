import { type Measures } from './measures';
import { objectiveText, type Objective } from './objective';
import { settingsOf, type Choice, type Proposal } from './optimiser';
import { type Scenario } from './scenario';
import { type Simulation } from './simulation';
import { sparkline } from './sparkline';
import { type PhaseRuns, type Range } from './spread';
import { table } from './table';

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
        ...rangeCells(name, runs.spread[name], count),
      ]),
    ]),
    '',
    ...chart(runs.typical),
  ].join('\n');
}

/** What a search came to, with the commands that set it. */
export function proposalText(scenario: Scenario, proposal: Proposal, objective: Objective): string {
  const { present, best, tried } = proposal;
  const settings = settingsOf(scenario);
  const row = (name: keyof Choice) => [name, present.choice[name], best.choice[name]].map(String);
  const isKept = best.excess === 0;
  const changes = settings.filter((name) => present.choice[name] !== best.choice[name]);
  return [
    `${objectiveText(objective)} for ${scenario.load.requests} requests (${scenario.load.name}) ` +
      `in mode ${scenario.mode}, ${tried} settings simulated`,
    '',
    ...table([
      ['', 'present', 'proposed'],
      ...settings.map(row),
      ['pod-seconds', present.podSeconds.toFixed(0), best.podSeconds.toFixed(0)],
      ['above the objective', excessText(present.excess), excessText(best.excess)],
    ]),
    '',
    ...(isKept
      ? changes.length === 0
        ? ['The present settings are the cheapest that keep it.']
        : changes.map((name) => `npx pulumi config set ${name} ${best.choice[name]}`)
      : [
          `Nothing keeps it with at most ${scenario.maxReplicas} replicas; what comes nearest is shown. ` +
            'Allow more replicas with --max-replicas, or ask for less with --slo.',
        ]),
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
    `${name.padEnd(8)} ${sparkline(values, CHART_WIDTH)}  at most ${Math.max(...values)}`;
  return [
    `The run with the median drain, ${run.end.toFixed(0)} s from left to right:`,
    line('lag', lag),
    line('wanted', wanted),
    line('ready', ready),
  ];
}

function rangeCells(name: keyof Measures, range: Range | undefined, runs: number): string[] {
  if (range === undefined) return ['never', 'never', 'never'];
  const cells = [range.lowest, range.median, range.highest].map((value) =>
    shownMeasure(name, value),
  );
  return range.runs === runs ? cells : [cells[0]!, `in ${range.runs} of ${runs}`, 'never'];
}

/** A measure as people read it. */
export function shownMeasure(name: keyof Measures, value: number): string {
  if (name === 'sloShare') return `${(value * 100).toFixed(1)} %`;
  return COUNTS.includes(name) ? value.toFixed(0) : `${value.toFixed(1)} s`;
}

function excessText(excess: number): string {
  if (excess === 0) return 'no';
  return excess === Infinity ? 'not all answered' : `${excess.toFixed(1)} s`;
}
