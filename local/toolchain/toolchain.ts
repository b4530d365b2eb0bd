import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import execa from 'execa';
import { contentKey } from '../content-key';
import { LabError } from '../lab-error';
import { madeOnce, removeOthers } from '../made-once';
import { step, type Report } from '../progress';
import { TOOL_SETS, type ToolSet, type ToolSetName } from './sets';

const LEAST_GO_MINOR = 26;

/** Upstream programs, built once per content of their go.mod and go.sum into the cache. */
export class Toolchain {
  private readonly folders = new Map<ToolSetName, Promise<string>>();

  constructor(private readonly cacheDir: string) {}

  /** The folder with the programs of a set; builds them where the cache does not have them. */
  folder(name: ToolSetName): Promise<string> {
    const known = this.folders.get(name) ?? this.build(TOOL_SETS[name]);
    this.folders.set(name, known);
    return known;
  }

  /** The path of one program. */
  async program(set: ToolSetName, program: string): Promise<string> {
    return join(await this.folder(set), program);
  }

  /** The folder of a pinned module's own files (its manifests, for example), in Go's module cache. */
  async moduleFolder(set: ToolSetName, module: string): Promise<string> {
    const cwd = moduleDefinition(set);
    await go(['mod', 'download', module], cwd);
    return go(['list', '-m', '-f', '{{.Dir}}', module], cwd);
  }

  private async build(set: ToolSet): Promise<string> {
    const cwd = moduleDefinition(set.name);
    const version = await go(['env', 'GOVERSION'], cwd);
    requireGo(version);
    const flags = ['-trimpath', `-ldflags=${linkerFlags(set)}`, ...tagged(set)];
    const key = contentKey(
      await readFile(join(cwd, 'go.mod')),
      await readFile(join(cwd, 'go.sum')),
      version,
      ...flags,
    );
    const folder = join(this.cacheDir, 'toolchain', `${set.name}-${key}`);
    const made = await madeOnce(folder, (partial) =>
      step(`building ${set.name} (${set.programs.join(', ')})`, async (report) => {
        await mkdir(partial, { recursive: true });
        await compile(set, cwd, partial, flags, report);
      }),
    );
    if (made) await removeOthers(folder, set.name);
    return folder;
  }
}

/** @throws LabError for a Go that is too old to read the definitions, and whose own complaint is about their form */
export function requireGo(version: string): void {
  const minor = Number(/^go1\.(\d+)/.exec(version)?.[1] ?? Infinity);
  if (minor < LEAST_GO_MINOR)
    throw new LabError(
      `"go" on PATH is ${version}: install Go 1.${LEAST_GO_MINOR} or newer and run the command again`,
    );
}

function moduleDefinition(name: string): string {
  return join(__dirname, name);
}

function linkerFlags(set: ToolSet): string {
  const stamps = Object.entries(set.stamps).map(([symbol, value]) => `-X ${symbol}=${value}`);
  return ['-s', '-w', ...stamps].join(' ');
}

function tagged(set: ToolSet): string[] {
  return set.tags ? [`-tags=${set.tags.join(',')}`] : [];
}

async function compile(
  set: ToolSet,
  cwd: string,
  target: string,
  flags: readonly string[],
  report: Report,
): Promise<void> {
  report('downloading modules');
  const packages = (await go(['list', '-e', 'tool'], cwd)).split('\n');
  const apart = packages.filter((name) => set.apart?.includes(name));
  const together = packages.filter((name) => !apart.includes(name));
  const calls = [together, ...apart.map((name) => [name])];
  const all = new Set<string>();
  for (const call of calls)
    for (const name of (await go(['list', ...tagged(set), '-deps', ...call], cwd)).split('\n'))
      all.add(name);

  let compiled = 0;
  for (const call of calls) {
    const child = execa('go', ['install', '-v', ...flags, ...call], {
      cwd,
      env: { GOBIN: target, CGO_ENABLED: '0' },
      stdin: 'ignore',
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      compiled += chunk.toString().split('\n').length - 1;
      report(`compiled ${compiled} of at most ${all.size} packages`);
    });
    const result = await child.catch((error: execa.ExecaError) => error);
    if (result instanceof Error)
      throw new LabError(
        `building "${set.name}" failed: ${lastLines(result.stderr, 12)}\nmend what it names and run the command again; what was compiled is kept`,
      );
  }
}

/** Runs a go command and gives its output; a missing Go is named as such. */
async function go(args: readonly string[], cwd: string): Promise<string> {
  try {
    return (await execa('go', args, { cwd, stdin: 'ignore' })).stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new LabError('"go" is not on PATH: install Go 1.26 or newer and run the command again');
    throw new LabError(
      `"go ${args.join(' ')}" failed: ${lastLines((error as execa.ExecaError).stderr, 12)}`,
    );
  }
}

function lastLines(text: string | undefined, count: number): string {
  return (text ?? '').trimEnd().split('\n').slice(-count).join('\n');
}
