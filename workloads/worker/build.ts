import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import execa from 'execa';
import { type Platform, runBuildCommand } from '../staging/build-command';
import { bundlePrograms } from '../staging/bundle-programs';
import { copyPackages, stageFile } from '../staging/stage-packages';
import { FONT_FILES } from './fonts';

const ROOT = resolve(__dirname, '../..');

/**
 * Stages the context of the worker's image: the bundled programs, the native packages, the fonts and
 * the Dockerfile. The same sources give the same bytes.
 */
async function stage(outDir: string, platform: Platform): Promise<void> {
  const programs = {
    worker: 'workloads/worker/main.ts',
    bootstrap: 'workloads/worker/bootstrap.ts',
  };
  await bundlePrograms(outDir, programs, ['sharp']);
  await stageNativePackages(outDir, platform);
  for (const file of FONT_FILES) {
    const [scope, name, ...rest] = file.split('/');
    const from = join(dirname(require.resolve(`${scope}/${name}/package.json`)), ...rest);
    await stageFile(from, join(outDir, 'fonts', basename(file)));
  }
  await stageFile(join(__dirname, 'Dockerfile'), join(outDir, 'Dockerfile'));
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

runBuildCommand({
  workload: 'the worker',
  staged: ['Dockerfile', 'bootstrap.cjs', 'fonts', 'node_modules', 'worker.cjs'],
  stage,
});
