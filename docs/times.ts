import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const TIMES = join(__dirname, 'times.json');

const runSchema = z.record(
  z.string(),
  z.object({ last: z.number().optional(), aim: z.number().optional() }),
);
const timesSchema = z.object({ cold: runSchema, warm: runSchema });

/** Seconds by step of a run of `.ci/run`: the last that were recorded, and the most that are aimed at. */
export type RunTimes = z.infer<typeof runSchema>;

/** Seconds by step, as `.ci/run` writes them: one step a line, its name, a tab, its seconds. */
export function measuredTimes(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [, step, seconds] = /^(.+)\t(\d+)$/.exec(line) ?? [];
      if (step === undefined) throw new Error(`"${line}" is not a step and its seconds`);
      return [step, Number(seconds)];
    }),
  );
}

/** What each step took beside the recorded time and the aim; a step that did not run has none. */
export function timesTable(
  kind: string,
  recorded: RunTimes,
  measured: ReadonlyMap<string, number>,
): string {
  const steps = [...new Set([...Object.keys(recorded), ...measured.keys()])];
  const rows = steps.map((step) => {
    const { last, aim } = recorded[step] ?? {};
    return [step, ...[measured.get(step), last, aim].map(minutes)];
  });
  const table = [[`${kind} cache`, 'now', 'last', 'aim'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table
    .map(([step, ...times]) => {
      const cells = times.map((time, column) => time.padStart(widths[column + 1]!));
      return [step!.padEnd(widths[0]!), ...cells].join('  ');
    })
    .join('\n');
}

function minutes(seconds: number | undefined): string {
  if (seconds === undefined) return '-';
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

async function main([kind, file, ...options]: readonly string[]): Promise<void> {
  if ((kind !== 'cold' && kind !== 'warm') || file === undefined)
    throw new Error('usage: docs/times.ts cold|warm <measured times> [--record]');
  const times = timesSchema.parse(JSON.parse(await readFile(TIMES, 'utf8')));
  const measured = measuredTimes(await readFile(file, 'utf8'));
  process.stdout.write(`${timesTable(kind, times[kind], measured)}\n`);
  if (!options.includes('--record')) return;
  for (const [step, last] of measured) times[kind][step] = { ...times[kind][step], last };
  await writeFile(TIMES, `${JSON.stringify(times, null, 2)}\n`);
}

if (require.main === module) void main(process.argv.slice(2));
