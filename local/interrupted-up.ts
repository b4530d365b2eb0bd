import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type StackState, adoptPendingCreates } from './pending-creates';
import { filesIn } from './files-in';
import { type LabEnvironment } from './lab-environment';
import { LabError } from './lab-error';
import { backendFolder, backendUrl } from './pulumi-backend';
import { readPulumi, runPulumi } from './pulumi-cli';

interface Lock {
  readonly pid?: number;
  readonly hostname?: string;
}

/**
 * Makes a stack usable again after a deployment that was killed: takes away the lock of a process
 * that is gone, and asks the cluster which of the objects whose creation was begun are there.
 *
 * @param say takes a sentence for the user
 * @throws LabError where another deployment is running, or Pulumi cannot find out
 */
export async function clearInterruptedUp(
  env: LabEnvironment,
  stack: string,
  say: (sentence: string) => void,
): Promise<void> {
  await clearStaleLock(env, stack, say);
  const exported = JSON.parse(
    await readPulumi(env, ['stack', 'export', '--stack', stack]),
  ) as StackState;
  const pending = exported.deployment?.pending_operations ?? [];
  if (pending.length === 0) return;
  say(`an earlier deployment was killed: looking for what ${pending.length} operation(s) left`);
  const { state, uncertain } = adoptPendingCreates(exported);
  await pulumi(env, ['stack', 'import', '--stack', stack], JSON.stringify(state));
  if (uncertain.length === 0) return;
  const targets = uncertain.flatMap((urn) => ['--target', urn]);
  const quiet = ['--yes', '--skip-preview', '--suppress-outputs'];
  await pulumi(env, ['refresh', ...quiet, '--stack', stack, ...targets]);
}

/**
 * Takes away the lock of a process of this machine that is gone.
 *
 * @param say takes a sentence for the user
 * @throws LabError where Pulumi does not say which backend it uses, or cannot remove the lock
 */
export async function clearStaleLock(
  env: LabEnvironment,
  stack: string,
  say: (sentence: string) => void,
): Promise<void> {
  if (!(await hasStaleLock(await backendUrl(env), stack))) return;
  say('an earlier deployment was killed: taking away its lock');
  await pulumi(env, ['cancel', '--yes', '--stack', stack]);
}

/**
 * Whether the stack of a backend in a folder is locked by a process of this machine that is gone.
 *
 * @param backend its URL; another kind of backend is asked nothing, since it has locks of its own
 */
export async function hasStaleLock(backend: string, stack: string): Promise<boolean> {
  const states = backendFolder(backend);
  if (states === undefined) return false;
  const project = stack.includes('/') ? stack : `organization/autoscaling-lab/${stack}`;
  const folder = join(states, '.pulumi/locks', project);
  for (const file of (await filesIn(folder)).filter((name) => name.endsWith('.json'))) {
    const lock = JSON.parse(await readFile(join(folder, file), 'utf8')) as Lock;
    if (lock.hostname === hostname() && lock.pid !== undefined && !isAlive(lock.pid)) return true;
  }
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function pulumi(env: LabEnvironment, args: readonly string[], input?: string): Promise<void> {
  const code = await runPulumi(env, args, input);
  if (code !== 0)
    throw new LabError(
      `"pulumi ${args[0]}" ended with exit code ${code} after a deployment that was killed; see above`,
    );
}
