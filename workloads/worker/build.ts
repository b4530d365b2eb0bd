import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { Command } from 'commander';
import execa from 'execa';
import { FONT_FILES } from './fonts';
import { copyPackages, stageFile } from '../staging/stage-packages';

const ROOT = resolve(__dirname, '../..');
const PLATFORMS = ['linux/amd64', 'linux/arm64'] as const;

interface Platform {
  readonly os: string;
  /** As npm and Node name it. */
  readonly cpu: string;
}

/**
 * Stages the context of the worker's image: the bundled programs, the native packages, the fonts and
 * the Dockerfile. The same sources give the same bytes.
 */
async function stage(outDir: string, platform: Platform): Promise<void> {
  await mkdir(outDir, { recursive: true });
  const strangers = (await readdir(outDir)).filter((name) => !STAGED.includes(name));
  if (strangers.length > 0) {
    throw new Error(
      `output folder "${outDir}" holds "${strangers[0]}", which is not of this build: ` +
        'choose an empty folder',
    );
  }
  for (const name of STAGED) await rm(join(outDir, name), { recursive: true, force: true });
  await bundle(outDir);
  await stageNativePackages(outDir, platform);
  for (const file of FONT_FILES) {
    const [scope, name, ...rest] = file.split('/');
    const from = join(dirname(require.resolve(`${scope}/${name}/package.json`)), ...rest);
    await stageFile(from, join(outDir, 'fonts', basename(file)));
  }
  await stageFile(join(__dirname, 'Dockerfile'), join(outDir, 'Dockerfile'));
}

const STAGED = ['Dockerfile', 'bootstrap.cjs', 'fonts', 'node_modules', 'worker.cjs'];

async function bundle(outDir: string): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: {
      worker: 'workloads/worker/main.ts',
      bootstrap: 'workloads/worker/bootstrap.ts',
    },
    outdir: outDir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    // error names and metrics read better with the names of the sources
    keepNames: true,
    external: ['sharp'],
    legalComments: 'eof',
    logLevel: 'warning',
  });
}

/** sharp brings machine code; everything else is in the bundles. */
async function stageNativePackages(outDir: string, platform: Platform): Promise<void> {
  const target = join(outDir, 'node_modules');
  const native = [`@img/sharp-${platform.os}-${platform.cpu}`];
  if (await copyPackages(join(ROOT, 'node_modules'), target, ['sharp', ...native])) return;
  const manifest = await readFile(join(ROOT, 'node_modules/sharp/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const scratch = await mkdtemp(join(tmpdir(), 'worker-build-'));
  try {
    const { os, cpu } = platform;
    const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
    const only = [`--os=${os}`, `--cpu=${cpu}`, '--libc=glibc', '--include=optional'];
    await execa('npm', ['install', '--prefix', scratch, ...flags, ...only, `sharp@${version}`]);
    if (await copyPackages(join(scratch, 'node_modules'), target, ['sharp', ...native])) return;
    throw new Error(
      `npm brought no "${native[0]}": sharp ${version} has no build for ${os}/${cpu}`,
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function parsePlatform(text: string): Platform {
  if (!(PLATFORMS as readonly string[]).includes(text)) {
    throw new Error(`'--platform' is "${text}": must be one of ${PLATFORMS.join(', ')}`);
  }
  const [os, architecture] = text.split('/') as [string, string];
  return { os, cpu: architecture === 'amd64' ? 'x64' : architecture };
}

const program = new Command('build')
  .description("Stages the context of the worker's image.")
  .argument('<outDir>', 'folder to stage into; files of an earlier build are replaced')
  .option(
    '--platform <os/arch>',
    `platform of the image: ${PLATFORMS.join(' or ')}`,
    process.arch === 'arm64' ? 'linux/arm64' : 'linux/amd64',
  )
  .parse();

stage(resolve(program.args[0]!), parsePlatformOrExit()).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});

function parsePlatformOrExit(): Platform {
  try {
    return parsePlatform(program.opts<{ platform: string }>().platform);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(2);
  }
}
