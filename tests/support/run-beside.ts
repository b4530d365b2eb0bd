import execa, { type ExecaError, type ExecaReturnValue } from 'execa';

/** A program with its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** What {@link runBeside} is given to run. */
export interface BesideProps {
  /** What its report calls the command that runs in the background. */
  readonly name: string;
  /** Its output is written as one block when it ends. */
  readonly background: Command;
  /** Its errors and progress are written as they come, its standard output last of all. */
  readonly foreground: Command;
  readonly write: (text: string) => void;
}

/**
 * Runs two commands at the same time and waits for both.
 * @returns whether both succeeded
 */
export async function runBeside(props: BesideProps): Promise<boolean> {
  const background = report(props);
  const [program, ...args] = props.foreground;
  const foreground = await execa(program, args, {
    stdio: ['inherit', 'pipe', 'inherit'],
    reject: false,
  });
  const passed = await background;
  if (foreground.failed) props.write(`\n${reason(foreground)}\n`);
  props.write(`${foreground.stdout}\n`);
  return passed && !foreground.failed;
}

async function report({ name, background, write }: BesideProps): Promise<boolean> {
  const [program, ...args] = background;
  const result = await execa(program, args, { stdin: 'ignore', all: true, reject: false });
  const outcome = result.failed ? `failed: ${reason(result)}` : 'passed';
  write(`\n${name} ${outcome}\n${result.all ?? ''}\n`);
  return !result.failed;
}

// with "reject: false" a failure is an error that is returned, which its type does not say
function reason(failed: ExecaReturnValue): string {
  return (failed as ExecaReturnValue & ExecaError).shortMessage;
}
