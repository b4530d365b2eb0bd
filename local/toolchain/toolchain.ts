import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { getPriority, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import execa from 'execa';
import { contentKey } from '../content-key';
import { LabError } from '../lab-error';
import { madeOnce, removeOthers } from '../made-once';
import { step, type Report } from '../progress';
import { ownCompilerMemory } from './compiler-memory';
import { patchedModule } from './patched-module';
import { TOOL_SETS, type ToolSet, type ToolSetName } from './sets';

const MIN_GO_MINOR = 26;

/** Lower priority than a cluster that starts while Go compiles: it must not miss its deadlines. */
const BUILD_PRIORITY = 5;

/** Upstream programs, built once per content of their go.mod and go.sum into the cache. */
export class Toolchain {
  private readonly folders = new Map<ToolSetName, Promise<string>>();
  private last: Promise<unknown> = Promise.resolve();
  private compiler: execa.ExecaChildProcess | undefined;
  private stopped = false;

  /** @param definitions the folder with the sets' own folders */
  constructor(
    private readonly cacheDir: string,
    private readonly definitions = __dirname,
  ) {}

  /**
   * The folder with the programs of a set; builds them if they are not in the cache. Sets are built one at a time, in
   * the order of the requests: one build uses every core, and the next one reuses its compiled packages.
   */
  folder(name: ToolSetName): Promise<string> {
    const known = this.folders.get(name);
    if (known) return known;
    const folder = this.last.then(() => this.build(TOOL_SETS[name]));
    this.folders.set(name, folder);
    this.last = folder.catch(() => undefined);
    return folder;
  }

  /** Stops a running build, and starts no other. */
  stop(): void {
    this.stopped = true;
    this.compiler?.kill();
  }

  /** The path of one program. */
  async program(set: ToolSetName, program: string): Promise<string> {
    return join(await this.folder(set), program);
  }

  /** The folder of a pinned module's own files (its manifests, for example), in Go's module cache. */
  async moduleFolder(set: ToolSetName, module: string): Promise<string> {
    return downloadedModule(module, this.definition(set));
  }

  private async build(set: ToolSet): Promise<string> {
    if (this.stopped) throw new LabError(`building "${set.name}" was stopped`);
    const cwd = this.definition(set.name);
    const version = await go(['env', 'GOVERSION'], cwd);
    requireGo(version);
    const flags = ['-trimpath', `-ldflags=${linkerFlags(set)}`, ...tagged(set)];
    const key = contentKey(
      await readFile(join(cwd, 'go.mod')),
      await readFile(join(cwd, 'go.sum')),
      version,
      ...flags,
      ...(set.patch ? [JSON.stringify(set.patch)] : []),
    );
    const folder = join(this.cacheDir, 'toolchain', `${set.name}-${key}`);
    const made = await madeOnce(folder, (partial) =>
      step(`building ${set.name} (${set.programs.join(', ')})`, async (report) => {
        await mkdir(partial, { recursive: true });
        report('downloading modules');
        await withPatch(set, cwd, (goMod) =>
          this.compile(set, cwd, partial, [...flags, ...goMod], report),
        );
      }),
    );
    if (made) await removeOthers(folder, set.name);
    return folder;
  }

  private definition(name: string): string {
    return join(this.definitions, name);
  }

  private async compile(
    set: ToolSet,
    cwd: string,
    target: string,
    flags: readonly string[],
    report: Report,
  ): Promise<void> {
    const packages = (await go(['list', '-e', 'tool'], cwd)).split('\n');
    const apart = packages.filter((name) => set.apart?.includes(name));
    const together = packages.filter((name) => !apart.includes(name));
    const calls = [together, ...apart.map((name) => [name])];
    const all = new Set<string>();
    for (const call of calls)
      for (const name of (await go(['list', ...flags, '-deps', ...call], cwd)).split('\n'))
        all.add(name);

    let compiled = 0;
    for (const call of calls) {
      if (this.stopped) throw new LabError(`building "${set.name}" was stopped`);
      const child = execa('go', ['install', '-v', ...flags, ...call], {
        cwd,
        env: { ...ownCompilerMemory(), GOBIN: target, CGO_ENABLED: '0' },
        stdin: 'ignore',
      });
      this.compiler = child;
      if (child.pid !== undefined) setPriority(child.pid, Math.max(BUILD_PRIORITY, getPriority()));
      child.stderr?.on('data', (chunk: Buffer) => {
        compiled += chunk.toString().split('\n').length - 1;
        report(`compiled ${compiled} of at most ${all.size} packages`);
      });
      const result = await child.catch((error: execa.ExecaError) => error);
      if (result instanceof Error)
        throw new LabError(
          `building "${set.name}" failed: ${lastLines(result.stderr, 12)}\nfix the error and repeat the command; compiled packages are kept`,
        );
    }
  }
}

/** @throws LabError if Go is too old: its own error would be about the syntax of go.mod */
export function requireGo(version: string): void {
  const minor = Number(/^go1\.(\d+)/.exec(version)?.[1] ?? Infinity);
  if (minor < MIN_GO_MINOR)
    throw new LabError(
      `"go" on PATH is ${version}: install Go 1.${MIN_GO_MINOR} or newer and run the command again`,
    );
}

async function downloadedModule(module: string, cwd: string): Promise<string> {
  await go(['mod', 'download', module], cwd);
  return go(['list', '-m', '-f', '{{.Dir}}', module], cwd);
}

function linkerFlags(set: ToolSet): string {
  const stamps = Object.entries(set.stamps).map(([symbol, value]) => `-X ${symbol}=${value}`);
  return ['-s', '-w', ...stamps].join(' ');
}

function tagged(set: ToolSet): string[] {
  return set.tags ? [`-tags=${set.tags.join(',')}`] : [];
}

/** Runs a build with the options by which Go finds a set's patched module, if it has one. */
async function withPatch(
  set: ToolSet,
  cwd: string,
  run: (options: readonly string[]) => Promise<void>,
): Promise<void> {
  if (!set.patch) return run([]);
  const scratch = await mkdtemp(join(tmpdir(), `${set.name}-`));
  try {
    const source = await downloadedModule(set.patch.module, cwd);
    await run([`-modfile=${await patchedModule(set.patch, source, cwd, scratch)}`]);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Runs a go command and returns its output; reports a missing Go as such. */
async function go(args: readonly string[], cwd: string): Promise<string> {
  try {
    return (await execa('go', args, { cwd, stdin: 'ignore' })).stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new LabError(
        `"go" is not on PATH: install Go 1.${MIN_GO_MINOR} or newer and run the command again`,
      );
    throw new LabError(
      `"go ${args.join(' ')}" failed: ${lastLines((error as execa.ExecaError).stderr, 12)}`,
    );
  }
}

function lastLines(text: string | undefined, count: number): string {
  return (text ?? '').trimEnd().split('\n').slice(-count).join('\n');
}
