import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { RuntimeOptions } from './runtime-options';

/** One run of the user's program, as the engine describes it. */
export interface ProgramRun {
  readonly engine: string;
  readonly monitor: string;
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  readonly workingDirectory: string;
  readonly rootDirectory: string;
  readonly programDirectory: string;
  readonly entryPoint: string;
  readonly args: readonly string[];
  readonly parallel: number;
  readonly dryRun: boolean;
  readonly config: Record<string, string>;
  readonly configSecretKeys: readonly string[];
  readonly options: RuntimeOptions;
}

/** How a run ended: `bail` says that the program has shown its own error already. */
export interface ProgramResult {
  readonly error?: string;
  readonly bail: boolean;
}

/**
 * The exit code of @pulumi/pulumi's runner for "the user has been told"; any further message would
 * only hide it.
 */
const TOLD_USER_EXIT_CODE = 32;

const RUNNER = '@pulumi/pulumi/cmd/run';

/**
 * Runs the program under the @pulumi/pulumi that the program itself depends on. Its output goes to
 * this process's stdout and stderr, where the engine picks it up line by line.
 *
 * @throws Error where @pulumi/pulumi is not installed beside the program
 */
export async function runProgram(run: ProgramRun, signal: AbortSignal): Promise<ProgramResult> {
  const child = spawn(process.execPath, commandLine(run), {
    cwd: run.programDirectory,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment(run) },
  });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await ended(child);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The arguments for node: the runtime's own, then the runner's, then the program's. */
export function commandLine(run: ProgramRun): string[] {
  return [
    ...run.options.nodeArgs,
    resolveRunner(run.programDirectory),
    ...['--monitor', run.monitor, '--engine', run.engine],
    ...['--organization', run.organization, '--project', run.project, '--stack', run.stack],
    ...['--root-directory', run.rootDirectory, '--pwd', run.workingDirectory],
    ...['--parallel', String(run.parallel)],
    ...(run.dryRun ? ['--dry-run'] : []),
    run.entryPoint,
    ...run.args,
  ];
}

function environment(run: ProgramRun): Record<string, string> {
  return {
    PULUMI_CONFIG: JSON.stringify(run.config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(run.configSecretKeys),
    PULUMI_NODEJS_TYPESCRIPT: String(run.options.typescript),
    ...(run.options.tsconfig && { PULUMI_NODEJS_TSCONFIG_PATH: run.options.tsconfig }),
  };
}

function resolveRunner(programDirectory: string): string {
  try {
    return createRequire(join(programDirectory, 'package.json')).resolve(RUNNER);
  } catch (cause) {
    throw new Error(
      `"@pulumi/pulumi" is not installed for the program in ${programDirectory}: run "npm ci" there`,
      { cause },
    );
  }
}

function ended(child: ChildProcess): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, killedBy) => {
      if (code === 0) resolve({ bail: false });
      else if (code === TOLD_USER_EXIT_CODE) resolve({ bail: true });
      else if (killedBy !== null)
        resolve({ bail: false, error: `program was ended by ${killedBy}` });
      else resolve({ bail: false, error: `program exited with non-zero exit code: ${code}` });
    });
  });
}
