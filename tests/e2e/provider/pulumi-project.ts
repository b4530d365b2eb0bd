import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../../local/stack';
import { labEnvironment } from './lab-environment';

/** How one CLI command ended. */
export interface CliResult {
  readonly code: number | null;
  /** stdout and stderr together, in the order they came. */
  readonly text: string;
}

/** One resource as the state file keeps it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
  readonly initErrors?: readonly string[];
}

/** A Pulumi project in a temporary folder with a state of its own, driven through the literal CLI. */
export class PulumiProject {
  private constructor(
    readonly folder: string,
    private readonly name: string,
  ) {}

  /** Makes an empty project with the stack `test`. */
  static async create(name: string): Promise<PulumiProject> {
    const folder = await mkdtemp(join(tmpdir(), `${name}-`));
    await mkdir(join(folder, 'state'));
    await writeFile(
      join(folder, 'Pulumi.yaml'),
      `name: ${name}\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n`,
    );
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name, main: 'index.js' }));
    await symlink(join(PROJECT_ROOT, 'node_modules'), join(folder, 'node_modules'));
    const project = new PulumiProject(folder, name);
    await project.program('');
    await project.expectOk(['stack', 'init', 'test']);
    return project;
  }

  /** Sets the program; it finds `k8s`, `pulumi` and `options` (the local cluster's provider). */
  async program(body: string): Promise<void> {
    const head = [
      `const k8s = require('@pulumi/kubernetes');`,
      `const pulumi = require('@pulumi/pulumi');`,
      `const provider = new k8s.Provider('lab', { context: 'autoscaling-lab' });`,
      `const options = { provider };`,
    ];
    await writeFile(join(this.folder, 'index.js'), [...head, body].join('\n'));
  }

  /**
   * Runs `pulumi` with the arguments; for the commands that change something `--yes` is added.
   *
   * @param options `interruptAt`: the output at which the user presses Ctrl-C, once
   */
  async run(
    args: readonly string[],
    { interruptAt }: { readonly interruptAt?: RegExp } = {},
  ): Promise<CliResult> {
    const [command] = args;
    const yes = ['up', 'destroy', 'refresh', 'import'].includes(command ?? '') ? ['--yes'] : [];
    const skip = ['up', 'destroy', 'refresh'].includes(command ?? '') ? ['--skip-preview'] : [];
    const child = spawn(
      join(PROJECT_ROOT, 'node_modules', '.bin', 'pulumi'),
      [...args, ...yes, ...skip, '--non-interactive', '--color', 'never'],
      {
        cwd: this.folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        // a group of its own, as in a terminal: Ctrl-C goes to npm's runner and to the engine
        detached: true,
        env: {
          ...labEnvironment(),
          PULUMI_BACKEND_URL: `file://${join(this.folder, 'state')}`,
          PULUMI_CONFIG_PASSPHRASE: 'only for this test',
          PULUMI_CONFIG_PASSPHRASE_FILE: '',
          PULUMI_STACK: command === 'stack' ? '' : 'test',
          PULUMI_SKIP_UPDATE_CHECK: 'true',
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
        },
      },
    );
    let text = '';
    let interrupted = false;
    const collect = (chunk: Buffer) => {
      text += chunk.toString();
      if (interrupted || !interruptAt?.test(text)) return;
      interrupted = true;
      process.kill(-child.pid!, 'SIGINT');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, text }));
    });
  }

  /** Runs a command that must succeed and answers what it printed. */
  async expectOk(args: readonly string[]): Promise<string> {
    const { code, text } = await this.run(args);
    if (code !== 0) throw new Error(`"pulumi ${args.join(' ')}" ended with ${code}:\n${text}`);
    return text;
  }

  /** Runs a command that must fail and answers what it printed. */
  async expectFailure(args: readonly string[]): Promise<string> {
    const { code, text } = await this.run(args);
    if (code === 0) throw new Error(`"pulumi ${args.join(' ')}" should have failed:\n${text}`);
    return text;
  }

  /** The resources in the state file, as they are kept: encrypted where they are secret. */
  async state(): Promise<StateResource[]> {
    const file = join(this.folder, 'state', '.pulumi', 'stacks', this.name, 'test.json');
    const state = JSON.parse(await readFile(file, 'utf8')) as {
      checkpoint: { latest?: { resources?: StateResource[] } };
    };
    return state.checkpoint.latest?.resources ?? [];
  }

  /** The resource of a name in the state. */
  async resource(name: string): Promise<StateResource> {
    const found = (await this.state()).find(({ urn }) => urn.endsWith(`::${name}`));
    if (found === undefined) throw new Error(`resource "${name}" is not in the state`);
    return found;
  }

  /** Destroys what the program made, and removes the folder. */
  async dispose(): Promise<void> {
    await this.expectOk(['destroy']);
    await rm(this.folder, { recursive: true });
  }
}
