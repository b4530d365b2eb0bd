import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run, type RunResult } from './run';

/**
 * Runs the real promtool in a folder with the given files; `PROMTOOL_BIN` names another binary than
 * the one on PATH.
 *
 * @param files contents by their path in the folder
 */
export async function promtool(
  args: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<RunResult> {
  const folder = await mkdtemp(join(tmpdir(), 'promtool-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    return await run(process.env.PROMTOOL_BIN ?? 'promtool', args, { cwd: folder });
  } finally {
    await rm(folder, { recursive: true });
  }
}
