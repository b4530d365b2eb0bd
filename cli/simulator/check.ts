import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { LOAD_PROFILE_NAMES, LOAD_PROFILES } from '../../workloads/protocol/load-profile';
import { measuredSettingsSchema } from '../../workloads/protocol/measured-settings';
import { SCALING_MODES, type ScalingMode } from '../../workloads/protocol/scaling-mode';
import { UserError } from '../requests/user-error';
import { loadOf } from './load';
import { type Measures } from './measures';
import { shownMeasure } from './report';
import { labScenario } from './scenario';
import { runPhases, type Range } from './spread';
import { table } from './table';

/** The measures that a simulated and a measured run have in common. */
export const CHECKED = [
  'firstReplica',
  'neededReplicas',
  'drain',
  'p50',
  'p95',
  'p99',
  'sloShare',
  'peakReplicas',
  'podSecondsUsed',
  'podSecondsWasted',
  'reversals',
] as const satisfies readonly (keyof Measures)[];

type Checked = (typeof CHECKED)[number];

/** The drain of these modes is to be predicted within {@link DRAIN_TOLERANCE}. */
const JUDGED: readonly ScalingMode[] = ['queue', 'kpi'];
const DRAIN_TOLERANCE = 0.2;
const RUNS = 30;

const spread = z.object({
  median: z.number().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
});

const summarySchema = z.object({
  setup: z.object({
    profile: z.enum(LOAD_PROFILE_NAMES),
    sloSeconds: z.number(),
    settings: measuredSettingsSchema,
  }),
  needed: z.number(),
  modes: z.array(
    z.object({
      mode: z.enum(SCALING_MODES),
      spread: z.object(
        Object.fromEntries(CHECKED.map((name) => [name, spread])) as Record<Checked, typeof spread>,
      ),
    }),
  ),
});

/** The part of an experiment's `summary.json` that a simulation is checked against. */
export type MeasuredSummary = z.infer<typeof summarySchema>;

/** One measure of one mode, measured and predicted. */
export interface CheckedMeasure {
  readonly name: Checked;
  readonly measured: z.infer<typeof spread>;
  /** Absent where no run came to it. */
  readonly predicted: Range | undefined;
  /** Of the medians, as a share of the measured one; absent where one of them is missing or the measured one is 0. */
  readonly error: number | undefined;
}

/** One mode of an experiment beside its simulation. */
export interface CheckedMode {
  readonly mode: ScalingMode;
  readonly measures: readonly CheckedMeasure[];
  /** Whether the drain is predicted well enough; absent for modes that are not judged. */
  readonly holds: boolean | undefined;
}

/**
 * Reads the summary of an experiment.
 *
 * @param folder the results of one experiment
 * @throws UserError where there is no summary, or not one of an experiment
 */
export async function readSummary(folder: string): Promise<MeasuredSummary> {
  const file = join(folder, 'summary.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UserError(
      `cannot read "${file}": ${error.code ?? error.message}; name the folder of an experiment with --check`,
    );
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UserError(`"${file}" is not JSON: ${(error as Error).message}`);
  }
  const summary = summarySchema.safeParse(json);
  if (summary.success) return summary.data;
  throw new UserError(
    `"${file}" is not the summary of an experiment: ${z.prettifyError(summary.error)}`,
  );
}

/** Simulates every mode of an experiment under its own settings and load. */
export function check({ setup, needed, modes }: MeasuredSummary): CheckedMode[] {
  const { workerSecondsPerMeme, ...settings } = setup.settings;
  const load = loadOf(LOAD_PROFILES[setup.profile]);
  return modes.map(({ mode, spread: measured }) => {
    const scenario = labScenario(load, {
      ...settings,
      mode,
      secondsPerMeme: workerSecondsPerMeme,
    });
    const predicted = runPhases(scenario, RUNS, setup.sloSeconds, needed).spread;
    const measures = CHECKED.map((name) => ({
      name,
      measured: measured[name],
      predicted: predicted[name],
      error: errorOf(measured[name].median, predicted[name]?.median),
    }));
    const drain = measures.find(({ name }) => name === 'drain')!.error;
    const holds = drain !== undefined && Math.abs(drain) <= DRAIN_TOLERANCE;
    return { mode, measures, holds: JUDGED.includes(mode) ? holds : undefined };
  });
}

/** The check as tables, one for each mode. */
export function checkText(modes: readonly CheckedMode[]): string {
  return modes
    .flatMap(({ mode, measures, holds }) => [
      ...table([
        [mode, 'measured', 'predicted', 'error'],
        ...measures.map(({ name, measured, predicted, error }) => [
          name,
          rangeText(name, measured.median, measured.min, measured.max),
          rangeText(name, predicted?.median, predicted?.lowest, predicted?.highest),
          error === undefined ? '-' : `${(error * 100).toFixed(0)} %`,
        ]),
      ]),
      ...(holds === undefined
        ? []
        : [`The drain is ${holds ? '' : 'not '}predicted within ${DRAIN_TOLERANCE * 100} %.`]),
      '',
    ])
    .join('\n')
    .trimEnd();
}

function errorOf(measured: number | null, predicted: number | undefined): number | undefined {
  if (measured === null || measured === 0) return undefined;
  if (predicted === undefined || predicted === Infinity) return undefined;
  return predicted / measured - 1;
}

function rangeText(
  name: Checked,
  median: number | null | undefined,
  low: number | null | undefined,
  high: number | null | undefined,
): string {
  if (median == null || median === Infinity || low == null || high == null) return 'never';
  const shown = (value: number) => shownMeasure(name, value);
  return `${shown(median)} (${shown(low)} to ${shown(high)})`;
}
