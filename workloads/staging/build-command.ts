import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';

const PLATFORMS = ['linux/amd64', 'linux/arm64'] as const;

/** What an image is for. */
export interface Platform {
  readonly os: string;
  /** As npm and Node name it. */
  readonly cpu: string;
}

/** How the context of an image is staged. */
export interface BuildCommand {
  /** Whose image it is; for the help. */
  readonly workload: string;
  /** Names in the output folder that this build makes; anything else there is not overwritten. */
  readonly staged: readonly string[];
  /** Fills the folder, which holds nothing of an earlier build. */
  readonly stage: (outDir: string, platform: Platform) => Promise<void>;
}

/**
 * Runs a workload's `build.ts`: reads the command line, empties the output folder and stages. Exit
 * code 2 means bad options, 1 every other failure.
 */
export function runBuildCommand(command: BuildCommand): void {
  const program = new Command('build')
    .description(`Stages the context of the image of ${command.workload}.`)
    .argument('<outDir>', 'folder to stage into; files of an earlier build are replaced')
    .option(
      '--platform <os/arch>',
      `platform of the image: ${PLATFORMS.join(' or ')}`,
      process.arch === 'arm64' ? 'linux/arm64' : 'linux/amd64',
    )
    .parse();
  const { platform } = program.opts<{ platform: string }>();
  stage(command, resolve(program.args[0]!), parsePlatformOrExit(platform)).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
}

async function stage(command: BuildCommand, outDir: string, platform: Platform): Promise<void> {
  await mkdir(outDir, { recursive: true });
  const strangers = (await readdir(outDir)).filter((name) => !command.staged.includes(name));
  if (strangers.length > 0) {
    throw new Error(
      `output folder "${outDir}" holds "${strangers[0]}", which is not of this build: ` +
        'choose an empty folder',
    );
  }
  for (const name of command.staged) await rm(join(outDir, name), { recursive: true, force: true });
  await command.stage(outDir, platform);
}

function parsePlatformOrExit(text: string): Platform {
  if (!(PLATFORMS as readonly string[]).includes(text)) {
    process.stderr.write(`'--platform' is "${text}": must be one of ${PLATFORMS.join(', ')}\n`);
    process.exit(2);
  }
  const [os, architecture] = text.split('/') as [string, string];
  return { os, cpu: architecture === 'amd64' ? 'x64' : architecture };
}
