import execa from 'execa';
import { PROJECT_ROOT } from '../../../local/stack';

export interface CommandRun {
  readonly exitCode: number;
  /** Standard output and error, in the order in which they came. */
  readonly output: string;
  readonly seconds: number;
}

/** Runs one of the lab's commands as a user does, for example `labCommand('up')`. */
export async function labCommand(...args: string[]): Promise<CommandRun> {
  const started = Date.now();
  const result = await execa('tsx', ['cli/main.ts', ...args], {
    cwd: PROJECT_ROOT,
    preferLocal: true,
    stdin: 'ignore',
    all: true,
    reject: false,
  });
  return {
    exitCode: result.exitCode ?? -1,
    output: result.all ?? '',
    seconds: (Date.now() - started) / 1000,
  };
}
