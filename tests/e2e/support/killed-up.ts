import { setTimeout as sleep } from 'node:timers/promises';
import execa from 'execa';
import { PROJECT_ROOT } from '../../../local/stack';

/** A moment of an `up` at which it is killed. */
export interface KillPlace {
  /** What is going on then, for the figures. */
  readonly during: string;
  /** What the command has said by then. */
  readonly said: RegExp;
  /** How long after that, so that what was announced is under way. */
  readonly afterMs?: number;
}

/**
 * Runs `up` and kills it with all that it started, except what the lab makes to stay: the node. No
 * process gets a chance to clean up.
 *
 * @param args the whole command line, where it is not `up` alone
 * @returns what it said, and after how many seconds it was killed
 * @throws Error where the command ends before it comes to that place
 */
export async function upKilledAt(
  { during, said, afterMs = 0 }: KillPlace,
  args: readonly string[] = ['up'],
): Promise<{ output: string; seconds: number }> {
  const started = Date.now();
  const run = execa('tsx', ['cli/main.ts', ...args], {
    cwd: PROJECT_ROOT,
    preferLocal: true,
    stdin: 'ignore',
    all: true,
    reject: false,
    // a group of its own, with the engine and whatever else is no plugin
    detached: true,
  });
  let output = '';
  let killing: Promise<void> | undefined;
  run.all?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (killing || !said.test(output)) return;
    killing = sleep(afterMs).then(() => void process.kill(-run.pid!, 'SIGKILL'));
  });
  const { signal } = await run;
  await killing;
  if (signal !== 'SIGKILL')
    throw new Error(`"up" ended before it was killed during ${during}; it said:\n${output}`);
  return { output, seconds: (Date.now() - started) / 1000 };
}
