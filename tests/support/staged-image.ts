import { join } from 'node:path';
import { madeOnce } from '../../local/made-once';
import { runTs } from './run';

/**
 * The context of a workload's image, staged once in a run of Jest: what is tested is what is shipped.
 * @param workload its folder below `workloads/`
 * @returns a folder that all test files share; they must not write to it
 */
export async function stagedImage(workload: string): Promise<string> {
  const folder = process.env.STAGED_IMAGES_FOLDER;
  if (folder === undefined) throw new Error('"STAGED_IMAGES_FOLDER" is not set: run this in Jest');
  const staged = join(folder, workload);
  await madeOnce(staged, async (partial) => {
    const { code, stdout, stderr } = await runTs(`workloads/${workload}/build.ts`, [partial]);
    if (code !== 0) throw new Error(`build failed:\n${stdout}${stderr}`);
  });
  return staged;
}
