import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import execa from 'execa';
import { type ScalingMode } from '../../workloads/protocol/scaling-mode';
import { LabError } from '../../local/lab-error';
import { PROJECT_ROOT } from '../../local/stack';

const TAIL_LINES = 15;

/**
 * Switches the scaling mode of a running lab with `pulumi up`. The mode is set in a copy of the
 * stack's settings, so that an experiment leaves the user's own as they are.
 */
export class ScalingSwitch {
  private constructor(
    private readonly folder: string,
    private readonly file: string,
    private readonly stack: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** @throws LabError where the stack has no settings */
  static async open(stack: string, env: Readonly<Record<string, string>>): Promise<ScalingSwitch> {
    const folder = await mkdtemp(join(tmpdir(), 'scaling-mode-'));
    const name = `Pulumi.${stack.split('/').at(-1)}.yaml`;
    const file = join(folder, name);
    try {
      await copyFile(join(PROJECT_ROOT, name), file);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw new LabError(
        `cannot read "${name}": ${(error as Error).message}; bring the lab up first`,
      );
    }
    return new ScalingSwitch(folder, file, stack, env);
  }

  /** @throws LabError with the end of Pulumi's output where it fails */
  async to(mode: ScalingMode): Promise<void> {
    await this.up(['--config', `scalingMode=${mode}`]);
  }

  /**
   * Brings the lab back to the user's own settings.
   *
   * @throws LabError that says how the user gets them back
   */
  async back(): Promise<void> {
    try {
      await copyFile(join(PROJECT_ROOT, `Pulumi.${this.stack.split('/').at(-1)}.yaml`), this.file);
      await this.up([]);
    } catch (error) {
      throw new LabError(
        `the lab is not back to the stack's own settings, "npm run up" gets them back: ${(error as Error).message}`,
      );
    }
  }

  /** Removes the copy. */
  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private async up(args: readonly string[]): Promise<void> {
    const fixed = ['up', '--yes', '--skip-preview', '--stack', this.stack];
    const { exitCode, all } = await execa(
      'pulumi',
      [...fixed, '--config-file', this.file, '--color', 'never', ...args],
      { cwd: PROJECT_ROOT, env: this.env, stdin: 'ignore', all: true, reject: false },
    );
    if (exitCode === 0) return;
    const tail = (all ?? '').trimEnd().split('\n').slice(-TAIL_LINES).join('\n  ');
    throw new LabError(`"pulumi up ${args.join(' ')}" ended with ${exitCode}:\n  ${tail}`);
  }
}
