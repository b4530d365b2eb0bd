import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../support/run';

/** What a copy of the repository needs to build charts and images. */
const COPIED = ['charts', 'docs', 'infra', 'workloads', 'tests/charts/support', 'tests/support'];
const FILES = ['Pulumi.yaml', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** A copy of the repository in which a test follows a page of the documentation. */
export class ScratchCopy {
  /** Files that the steps made or changed, each with whether it was there before. */
  readonly touched = new Map<string, 'new' | 'changed'>();

  private constructor(readonly folder: string) {}

  static async make(): Promise<ScratchCopy> {
    const folder = await mkdtemp(join(tmpdir(), 'lab-architecture-'));
    for (const path of COPIED) await cp(join(ROOT, path), join(folder, path), { recursive: true });
    for (const file of FILES) await cp(join(ROOT, file), join(folder, file));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    return new ScratchCopy(folder);
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  /** Writes a file that is not there yet. */
  async add(path: string, text: string): Promise<void> {
    const file = join(this.folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
    this.touched.set(path, 'new');
  }

  /**
   * Changes a file: lines with `+` and `-` as in a diff, lines with a space stand in it already, and
   * `...` is before the next place.
   */
  async change(path: string, diff: string): Promise<void> {
    const file = join(this.folder, path);
    let text = await readFile(file, 'utf8');
    for (const place of diff.trimEnd().split('\n...\n')) {
      const lines = place.split('\n');
      const without = (sign: string) =>
        lines.filter((line) => !line.startsWith(sign)).map((line) => line.slice(1));
      const [before, after] = [without('+').join('\n'), without('-').join('\n')];
      if (text.split(`${before}\n`).length !== 2)
        throw new Error(`${path} holds these lines not exactly once:\n${before}`);
      text = text.replace(`${before}\n`, () => `${after}\n`);
    }
    await writeFile(file, text);
    if (!this.touched.has(path)) this.touched.set(path, 'changed');
  }
}
