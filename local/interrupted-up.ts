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
 * Makes a stack usable again after a killed deployment: removes the lock of a dead process, and
 * checks in the cluster which objects with a pending create exist.
 *
 * @param say prints a sentence for the user
 * @throws LabError if another deployment is running, or Pulumi fails
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
  say(`an earlier deployment was killed: checking its ${pending.length} pending operation(s)`);
  const { state, uncertain } = adoptPendingCreates(exported);
  await pulumi(env, ['stack', 'import', '--stack', stack], JSON.stringify(state));
  if (uncertain.length === 0) return;
  const targets = uncertain.flatMap((urn) => ['--target', urn]);
  const quiet = ['--yes', '--skip-preview', '--suppress-outputs'];
  await pulumi(env, ['refresh', ...quiet, '--stack', stack, ...targets]);
}

/**
 * Removes the lock of a dead process of this machine.
 *
 * @param say prints a sentence for the user
 * @throws LabError if Pulumi does not report its backend, or cannot remove the lock
 */
export async function clearStaleLock(
  env: LabEnvironment,
  stack: string,
  say: (sentence: string) => void,
): Promise<void> {
  if (!(await hasStaleLock(await backendUrl(env), stack))) return;
  say('an earlier deployment was killed: removing its lock');
  await pulumi(env, ['cancel', '--yes', '--stack', stack]);
}

/**
 * Whether the stack of a file backend is locked by a dead process of this machine.
 *
 * @param backend its URL; other kinds of backends have their own locks and are not checked
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
      `"pulumi ${args[0]}" failed with exit code ${code} after a killed deployment; see above`,
    );
}
