import { LOAD_PROFILES } from '../../workloads/protocol/load-profile';
import { differenceOf, spreadOf, type Difference, type Spread } from './measures/comparison';
import { MEASURES, shownValue, type MeasureInfo } from './measures/measure-table';
import { neededReplicas } from './measures/needed-replicas';
import { runMeasures, type MeasureName, type RunMeasures } from './measures/run-measures';
import { type RunRecord, type Setup } from './run-record';

/** One mode over its repeats. */
export interface ModeSummary {
  readonly mode: RunRecord['mode'];
  readonly runs: readonly RunMeasures[];
  readonly spread: Readonly<Record<MeasureName, Spread>>;
  /** Against the first mode; absent for that one itself. */
  readonly difference?: Readonly<Record<MeasureName, Difference>>;
}

/** What an experiment comes to. */
export interface Summary {
  readonly setup: Setup;
  /** Replicas that the profile needs; see {@link neededReplicas}. */
  readonly needed: number;
  readonly modes: readonly ModeSummary[];
}

/** Computes the summary of the runs that are done. */
export function summarize(setup: Setup, runs: readonly RunRecord[]): Summary {
  const needed = neededReplicas(LOAD_PROFILES[setup.profile], setup.settings);
  const modes: ModeSummary[] = [];
  for (const mode of setup.modes) {
    const measures = runs
      .filter((run) => run.mode === mode)
      .map((run) => runMeasures(run, setup, needed));
    if (measures.length === 0) continue;
    const spread = byMeasure((name) => spreadOf(measures, name));
    const first = modes[0]?.spread;
    modes.push({
      mode,
      runs: measures,
      spread,
      ...(first && { difference: byMeasure((name) => differenceOf(spread[name], first[name])) }),
    });
  }
  return { setup, needed, modes };
}

/** The table of a summary: a title row, then a row for each measure. */
export function summaryRows({ modes }: Summary): string[][] {
  return [
    ['', ...modes.map(({ mode }) => mode)],
    ...MEASURES.map((measure) => [
      measure.title,
      ...modes.map(({ spread, difference }) =>
        cell(spread[measure.name], measure, difference?.[measure.name]),
      ),
    ]),
  ];
}

/** The table as Markdown. */
export function summaryMarkdown(summary: Summary): string {
  const [head, ...rows] = summaryRows(summary) as [string[], ...string[][]];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
}

function cell(spread: Spread, measure: MeasureInfo, difference?: Difference): string {
  const middle = shownValue(spread.median, measure);
  const same = spread.min === spread.max && spread.missing === 0;
  const partly = spread.min !== null && spread.missing > 0 ? `, ${spread.missing} x never` : '';
  const noise = difference === 'noise' ? ', inside the noise' : '';
  const certain = same || !spread.interval ? '' : intervalText(spread.interval, measure);
  return `${middle}${same ? '' : rangeText(spread, measure)}${certain}${partly}${noise}`;
}

/** The range in brackets; its unit is that of the median before it, but for one that is never. */
function rangeText({ median, min, max }: Spread, measure: MeasureInfo): string {
  if (min === null) return '';
  const high = median === null ? shownValue(max, measure) : shownNumber(max, measure);
  if (median === null && min === max) return ` (${high})`;
  return ` (${shownNumber(min, measure)} to ${high})`;
}

function intervalText(
  { low, high }: NonNullable<Spread['interval']>,
  measure: MeasureInfo,
): string {
  return `, 95 % interval of the median ${shownNumber(low, measure)} to ${shownNumber(high, measure)}`;
}

function shownNumber(value: number | null, measure: MeasureInfo): string {
  return shownValue(value, { ...measure, unit: measure.unit === '%' ? '%' : '' });
}

function byMeasure<T>(of: (name: MeasureName) => T): Record<MeasureName, T> {
  return Object.fromEntries(MEASURES.map(({ name }) => [name, of(name)])) as Record<MeasureName, T>;
}
