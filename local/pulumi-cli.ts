import execa from 'execa';
import { type LabEnvironment } from './lab-environment';
import { LabError } from './lab-error';
import { PROJECT_ROOT } from './stack';

/** Lines of a failed command's output that a message shows. */
const TAIL_LINES = 8;

/**
 * Runs the Pulumi CLI on the project with its output on this terminal; gives its exit code.
 * @param input what it reads on standard input; by default there is none
 */
export async function runPulumi(
  env: LabEnvironment,
  args: readonly string[],
  input?: string,
): Promise<number> {
  // Ctrl-C reaches the CLI too, which then ends what it began; a second signal would cut that off
  const leaveToPulumi = () => undefined;
  process.on('SIGINT', leaveToPulumi);
  try {
    const result = await execa('pulumi', [...args], {
      cwd: PROJECT_ROOT,
      env,
      // writing even nothing to a program that has ended already would count as its fault
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

/** @throws LabError where Pulumi ended with an error; its own output has said which */
export async function runPulumiOrFail(env: LabEnvironment, args: readonly string[]): Promise<void> {
  const code = await runPulumi(env, args);
  if (code !== 0)
    throw new LabError(`"pulumi ${args.join(' ')}" ended with exit code ${code}; see above`);
}

/**
 * Runs the Pulumi CLI and gives what it prints on standard output.
 * @param remedy what the user does where it fails, as the end of the message
 * @throws LabError with the end of what it printed on standard error
 */
export async function readPulumi(
  env: LabEnvironment,
  args: readonly string[],
  remedy = 'mend that and run the command again',
): Promise<string> {
  const command = `"pulumi ${args.join(' ')}"`;
  const result = await execa('pulumi', [...args], {
    cwd: PROJECT_ROOT,
    env,
    stdin: 'ignore',
    reject: false,
  });
  if (result.exitCode === 0) return result.stdout;
  // without an exit code it never ran, or died of a signal
  if (result.exitCode === undefined)
    throw new LabError(`${command} could not be run: ${(result as execa.ExecaError).shortMessage}`);
  const said = result.stderr.trim().split('\n').slice(-TAIL_LINES).join('\n  ');
  throw new LabError(
    `${command} ended with exit code ${result.exitCode}:\n  ${said || '(it printed nothing)'}\n${remedy}`,
  );
}
