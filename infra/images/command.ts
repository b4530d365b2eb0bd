import execa from 'execa';
import { UserError } from '../user-error';

/** How a command ended. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Lines of a failed command's output that a message shows. */
const TAIL_LINES = 8;

/**
 * Runs a program to its end, whatever its exit code.
 *
 * @throws UserError where it cannot be started
 */
export async function tryCommand(
  file: string,
  args: readonly string[],
  cwd?: string,
): Promise<CommandResult> {
  const result = await execa(file, args, { cwd, reject: false, stdin: 'ignore' });
  // execa leaves the exit code out where the program never ran or died of a signal
  if (typeof result.exitCode === 'number') return result;
  throw new UserError(`"${line(file, args)}" could not run: ${reasonOf(file, result)}`);
}

/**
 * Runs a program that has to succeed.
 *
 * @returns its standard output
 * @throws UserError with the command and the end of what it printed
 */
export async function runCommand(
  file: string,
  args: readonly string[],
  cwd?: string,
): Promise<string> {
  const { exitCode, stdout, stderr } = await tryCommand(file, args, cwd);
  if (exitCode === 0) return stdout;
  throw new UserError(`"${line(file, args)}" ended with ${exitCode}:\n  ${tail(stderr, stdout)}`);
}

/** What is wrong with a program where it does not succeed, in a few words; undefined where it does. */
export async function faultOf(file: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { exitCode, stderr } = await tryCommand(file, args);
    return exitCode === 0 ? undefined : stderr.trim().split('\n').pop() || `exit ${exitCode}`;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return 'not installed';
  }
}

// stack frames come last and would push the sentence that matters out of the message
function tail(stderr: string, stdout: string): string {
  const lines = (stderr.trim() || stdout.trim()).split('\n');
  return lines
    .filter((text) => text.trim() !== '' && !/^\s+at /.test(text))
    .slice(-TAIL_LINES)
    .join('\n  ');
}

function line(file: string, args: readonly string[]): string {
  return [file, ...args].join(' ');
}

function reasonOf(file: string, result: execa.ExecaReturnValue): string {
  if (result.signal) return `ended by ${result.signal}`;
  const { code, shortMessage } = result as Partial<execa.ExecaError> & { readonly code?: string };
  if (code === 'ENOENT') return `"${file}" is not installed, or not on PATH`;
  return shortMessage ?? 'no exit code';
}
