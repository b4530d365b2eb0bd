import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import execa from 'execa';
import { temporaryFolder } from './temporary-folder';

const PROJECT = join(__dirname, '../../..');

/** A user without rights: `nobody` on Debian. */
export const NOBODY = { uid: 65534, gid: 65534 };

/** Tests that switch users or mount things need root, as the local cluster itself does. */
export const testAsRoot = process.getuid?.() === 0 ? test : test.skip;

/**
 * The commands of `local/` outside the checkout: readable by every user, with definitions of tools that a test may
 * change, and with state and cache of their own.
 */
export class LabCopy {
  readonly state: string;
  readonly cache: string;
  readonly program: string;
  /** The folder with go.mod and go.sum of nats: beside the one file that everything is bundled in. */
  readonly natsDefinition: string;

  private constructor(readonly folder: string) {
    this.state = join(folder, 'state');
    this.cache = join(folder, 'cache');
    this.program = join(folder, 'cli/main.cjs');
    this.natsDefinition = join(folder, 'cli/nats');
  }

  static async make(): Promise<LabCopy> {
    const copy = new LabCopy(await temporaryFolder());
    await bundle('cli/main.ts', copy.program);
    await cp(join(PROJECT, 'local/toolchain/nats'), copy.natsDefinition, { recursive: true });
    await mkdir(copy.state);
    await mkdir(copy.cache);
    return copy;
  }

  /** The environment of its commands. Go's own cache stays the machine's, or each build would take minutes. */
  environment(): NodeJS.ProcessEnv {
    const { stdout } = execa.sync('go', ['env', 'GOCACHE']);
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith('AUTOSCALING_LAB'));
    return {
      ...Object.fromEntries(own),
      GOCACHE: stdout,
      XDG_STATE_HOME: this.state,
      XDG_CACHE_HOME: this.cache,
    };
  }

  /** Runs a command to its end. */
  run(
    args: readonly string[],
    options: execa.Options = {},
  ): Promise<execa.ExecaReturnValue<string>> {
    return execa(process.execPath, [this.program, ...args], {
      cwd: this.folder,
      stdin: 'ignore',
      reject: false,
      extendEnv: false,
      timeout: 60_000,
      ...options,
      env: { ...this.environment(), ...options.env },
    });
  }

  /** Everything below its state and its cache. */
  async left(): Promise<string[]> {
    const lists = [this.state, this.cache].map((folder) => readdir(folder, { recursive: true }));
    return (await Promise.all(lists)).flat();
  }
}

/** Writes a program of the project with all it imports as one file. */
export async function bundle(entry: string, target: string): Promise<void> {
  await execa(join(PROJECT, 'node_modules/.bin/esbuild'), [
    join(PROJECT, entry),
    `--outfile=${target}`,
    '--bundle',
    '--platform=node',
    '--format=cjs',
    '--log-level=error',
  ]);
}
