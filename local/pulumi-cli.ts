import execa from 'execa';
import { type LabEnvironment } from './lab-environment';
import { LabError } from './lab-error';
import { PROJECT_ROOT } from './stack';

/** Number of lines of a failed command's output in an error message. */
const TAIL_LINES = 8;

/**
 * Runs the Pulumi CLI on the project with its output on this terminal, and returns its exit code.
 * @param input its standard input; none by default
 */
export async function runPulumi(
  env: LabEnvironment,
  args: readonly string[],
  input?: string,
): Promise<number> {
  // Ctrl-C also reaches the CLI, which then finishes its current operations; a second signal would interrupt that
  const leaveToPulumi = () => undefined;
  process.on('SIGINT', leaveToPulumi);
  try {
    const result = await execa('pulumi', [...args], {
      cwd: PROJECT_ROOT,
      env,
      // writing an empty input to a program that has already exited would be reported as an error
      ...(input === undefined ? { stdin: 'ignore' } : { input }),
      stdout: 'inherit',
      stderr: 'inherit',
      reject: false,
      cleanup: false,
    });
    return result.exitCode ?? 1;
  } finally {
    process.off('SIGINT', leaveToPulumi);
  }
}

/** @throws LabError if Pulumi failed; its own output has the reason */
export async function runPulumiOrFail(env: LabEnvironment, args: readonly string[]): Promise<void> {
  const code = await runPulumi(env, args);
  if (code !== 0)
    throw new LabError(`"pulumi ${args.join(' ')}" failed with exit code ${code}; see above`);
}

/**
 * Runs the Pulumi CLI and returns its standard output.
 * @param remedy what the user can do about a failure, as the end of the message
 * @throws LabError with the last lines of its standard error
 */
export async function readPulumi(
  env: LabEnvironment,
  args: readonly string[],
  remedy = 'fix that and repeat the command',
): Promise<string> {
  const command = `"pulumi ${args.join(' ')}"`;
  const result = await execa('pulumi', [...args], {
    cwd: PROJECT_ROOT,
    env,
    stdin: 'ignore',
    reject: false,
  });
  if (result.exitCode === 0) return result.stdout;
  // without an exit code it did not start, or was killed by a signal
  if (result.exitCode === undefined)
    throw new LabError(`${command} could not be run: ${(result as execa.ExecaError).shortMessage}`);
  const output = result.stderr.trim().split('\n').slice(-TAIL_LINES).join('\n  ');
  throw new LabError(
    `${command} failed with exit code ${result.exitCode}:\n  ${output || '(no output)'}\n${remedy}`,
  );
}
