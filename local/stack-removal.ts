import { isAbsolute, relative, sep } from 'node:path';
import { clearStaleLock } from './interrupted-up';
import { type LabContext } from './lab-context';
import { localBackendUrl, passphrase, pulumiEnvironment } from './lab-environment';
import { backendFolder } from './pulumi-backend';
import { runPulumiOrFail } from './pulumi-cli';

/**
 * Removes the stack of a removed local cluster: otherwise the next `up` would consider all of its
 * resources deployed. A state in the cluster's own folder is removed with it anyway. If the stack
 * cannot be removed, the user is told how to do it.
 */
export async function removeLeftStack(
  { config, toolchain, say }: Pick<LabContext, 'config' | 'toolchain' | 'say'>,
  stack: string,
): Promise<void> {
  const remove = ['stack', 'rm', '--force', '--yes', '--preserve-config', stack];
  try {
    const backend = localBackendUrl(config);
    if (isBelow(config.stateDir, backendFolder(backend))) return;
    const env = {
      ...(await pulumiEnvironment(config, toolchain, say)),
      ...passphrase(process.env),
      PULUMI_BACKEND_URL: backend,
    };
    // "rm" fails if the stack does not exist, for example after an interrupted first `up`
    await runPulumiOrFail(env, ['stack', 'select', '--create', stack]);
    await clearStaleLock(env, stack, say);
    await runPulumiOrFail(env, remove);
  } catch (error) {
    say(
      `${(error as Error).message}\nthe stack "${stack}" is still in your Pulumi backend, so "up" would consider its resources deployed: remove it with "npx pulumi ${remove.join(' ')}"`,
    );
  }
}

function isBelow(folder: string, path: string | undefined): boolean {
  if (path === undefined) return false;
  const below = relative(folder, path);
  return below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below);
}
