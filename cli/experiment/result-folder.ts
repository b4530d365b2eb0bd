import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { LabError } from '../../local/lab-error';
import { requestSchema, type RunRecord, sampleSchema, type Setup, setupSchema } from './run-record';

const headSchema = z.object({
  kind: z.literal('run'),
  startedAt: z.number(),
  redeliveries: z.number(),
  leftOver: z.number(),
  offsetSeconds: z.number().optional(),
  afterSwitch: z.boolean().optional(),
});

const lineSchema = z.looseObject({ kind: z.string() });

const ELSEWHERE = 'name another folder with --out';

// the runs of one experiment have these in common
const SAME = [
  'profile',
  'sloSeconds',
  'giveUpSeconds',
  'settings',
  'machine',
  'kubernetes',
] as const;

/**
 * The results of one experiment: `setup.json`, and `series/<mode>-<repeat>.jsonl` for each run that is
 * done, with the run, its samples and its requests as one line each. A series appears with its last
 * line, so an interrupted run leaves nothing behind and is made again.
 */
export class ResultFolder {
  private constructor(
    readonly path: string,
    readonly setup: Setup,
  ) {}

  /**
   * Opens a folder, and makes it where it is not there.
   *
   * @throws LabError where it holds the results of another experiment, or of a version that wrote others
   */
  static async open(path: string, setup: Setup): Promise<ResultFolder> {
    await mkdir(join(path, 'series'), { recursive: true });
    const file = join(path, 'setup.json');
    const earlier = await readIfThere(file);
    if (earlier === undefined) {
      await writeWhole(file, setupText(setup));
      return new ResultFolder(path, setup);
    }
    const known = valid(setupSchema, fromJson(earlier, file), file);
    for (const field of SAME) {
      const [was, is] = [JSON.stringify(known[field]), JSON.stringify(setup[field])];
      if (was === is) continue;
      throw new LabError(
        `"${file}" is of another experiment: its "${field}" is ${was}, now it is ${is}; ` +
          ELSEWHERE,
      );
    }
    const { modes, repeats, command } = setup;
    const now = { ...known, modes, repeats, command };
    const text = setupText(now);
    if (text !== earlier) await writeWhole(file, text);
    return new ResultFolder(path, now);
  }

  /**
   * A run that is done, or undefined.
   *
   * @throws LabError where this version cannot read it
   */
  async read(mode: RunRecord['mode'], repeat: number): Promise<RunRecord | undefined> {
    const file = this.series(mode, repeat);
    const text = await readIfThere(file);
    if (text === undefined) return undefined;
    const [head, ...lines] = text
      .trimEnd()
      .split('\n')
      .map((line) => valid(lineSchema, fromJson(line, file), file));
    const of = <T>(kind: string, schema: z.ZodType<T>) =>
      lines.filter((line) => line.kind === kind).map((line) => valid(schema, line, file));
    const { startedAt, redeliveries, leftOver, ...waits } = valid(headSchema, head, file);
    const { offsetSeconds, afterSwitch } = waits;
    return {
      mode,
      repeat,
      startedAt,
      redeliveries,
      leftOver,
      ...(offsetSeconds !== undefined && { offsetSeconds }),
      ...(afterSwitch !== undefined && { afterSwitch }),
      samples: of('sample', sampleSchema),
      requests: of('request', requestSchema),
    };
  }

  /** Keeps a run. */
  async write(run: RunRecord): Promise<void> {
    const { mode, repeat, samples, requests, ...rest } = run;
    const lines: readonly object[] = [
      { kind: 'run', mode, repeat, ...rest },
      ...samples.map((sample) => ({ kind: 'sample', ...sample })),
      ...requests.map((request) => ({ kind: 'request', ...request })),
    ];
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    await writeWhole(this.series(mode, repeat), text);
  }

  /** Writes a file that is made from all runs. */
  async writeReport(name: string, text: string): Promise<string> {
    const file = join(this.path, name);
    await writeWhole(file, text);
    return file;
  }

  private series(mode: string, repeat: number): string {
    return join(this.path, 'series', `${mode}-${repeat}.jsonl`);
  }
}

function setupText(setup: Setup): string {
  return `${JSON.stringify(setup, null, 2)}\n`;
}

function fromJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LabError(`"${file}" is not JSON: ${(error as Error).message}; ${ELSEWHERE}`);
  }
}

function valid<T>(schema: z.ZodType<T>, value: unknown, file: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = z.prettifyError(result.error);
  throw new LabError(`"${file}" is not as this version writes it: ${faults}\n${ELSEWHERE}`);
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.partial`, text);
  await rename(`${file}.partial`, file);
}
