import { isAbsolute, relative, sep } from 'node:path';
import { clearStaleLock } from './interrupted-up';
import { type LabContext } from './lab-context';
import { localBackendUrl, passphrase, pulumiEnvironment } from './lab-environment';
import { backendFolder } from './pulumi-backend';
import { runPulumiOrFail } from './pulumi-cli';

/**
 * Removes the stack of a local cluster that went with everything on it: the next `up` would take all
 * of that for there, and deploy nothing. A state that is kept beside the cluster goes with it anyway.
 * Where it cannot be removed, the user is told how; the cluster is gone all the same.
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
    // where an `up` never came this far there is none, which "rm" would take for a fault
    await runPulumiOrFail(env, ['stack', 'select', '--create', stack]);
    await clearStaleLock(env, stack, say);
    await runPulumiOrFail(env, remove);
  } catch (error) {
    say(
      `${(error as Error).message}\nthe stack "${stack}" is still in your Pulumi backend, and "up" would take what it holds for deployed: remove it with "npx pulumi ${remove.join(' ')}"`,
    );
  }
}

function isBelow(folder: string, path: string | undefined): boolean {
  if (path === undefined) return false;
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
