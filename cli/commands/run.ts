import { delimiter } from 'node:path';
import execa from 'execa';
import { ensurePackages, PACKAGES } from '../../local/debian-packages';
import { type LabContext } from '../../local/lab-context';
import { labEnvironment } from '../../local/lab-environment';
import { LabError } from '../../local/lab-error';
import { nginxFolder } from '../../local/nginx-program';
import { PROJECT_ROOT } from '../../local/stack';

export interface RunOptions {
  /** Also sets the lab's environment variables, not just PATH with the servers that tests start. */
  readonly lab?: boolean;
  /** Also puts promtool on PATH; building it takes minutes if it is not in the cache. */
  readonly promtool?: boolean;
}

/** Runs a command with the servers that tests start on PATH and returns its exit code. */
export async function run(
  { config, toolchain, say }: LabContext,
  stack: string,
  command: readonly string[],
  options: RunOptions,
): Promise<number> {
  const [program, ...args] = command;
  if (!program) throw new LabError('nothing to run: give a command after "--"');
  await ensurePackages([PACKAGES.redis, PACKAGES.chromium]);
  const lab = options.lab ? await labEnvironment(config, toolchain, stack, say) : {};
  const sets = ['nats', ...(options.promtool ? (['prometheus'] as const) : [])] as const;
  const tools = await Promise.all(sets.map((set) => toolchain.folder(set)));
  const nginx = await nginxFolder(config.cacheDir);
  const path = [...tools, nginx, lab.PATH ?? process.env.PATH].join(delimiter);
  const result = await execa(program, args, {
    cwd: PROJECT_ROOT,
    env: { ...lab, PATH: path },
    preferLocal: true,
    stdio: 'inherit',
    reject: false,
  });
  if (result.exitCode === undefined)
    throw new LabError(`"${program}" could not be run: ${(result as execa.ExecaError).message}`);
  return result.exitCode;
}
