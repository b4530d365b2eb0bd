import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import execa from 'execa';
import { type Platform, runBuildCommand } from '../staging/build-command';
import { bundlePrograms } from '../staging/bundle-programs';
import { copyPackages, stageContent, stageFile } from '../staging/stage-packages';
import { ASSETS_FOLDER } from './asset-path';
import { EMOJI_LICENCE, EMOJI_PACK, packEmoji } from './emoji';
import { POSTER_FONT_FILES } from './fonts';
import { scriptFontFiles } from './script-fonts';
import { SHAPER_FILES } from './shaper';

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
  await stageAssets(join(outDir, ASSETS_FOLDER));
  await stageFile(join(__dirname, 'Dockerfile'), join(outDir, 'Dockerfile'));
}

/** What captions are drawn with, and who made it. */
async function stageAssets(target: string): Promise<void> {
  for (const { packageName, file } of [
    ...POSTER_FONT_FILES,
    ...scriptFontFiles(),
    ...SHAPER_FILES,
    EMOJI_LICENCE,
  ]) {
    await stageFile(join(ROOT, 'node_modules', packageName, file), join(target, packageName, file));
  }
  await stageContent(packEmoji(), join(target, EMOJI_PACK));
  await stageFile(join(__dirname, 'credits.md'), join(target, 'credits.md'));
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
  staged: ['Dockerfile', ASSETS_FOLDER, 'bootstrap.cjs', 'node_modules', 'worker.cjs'],
  stage,
});
