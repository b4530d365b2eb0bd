import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import execa from 'execa';
import { contentKey } from './content-key';
import { ensurePackages, PACKAGES } from './debian-packages';
import { LabError } from './lab-error';
import { madeOnce, removeOthers } from './made-once';
import { step } from './progress';

const SUITE = 'bookworm';

/** Documentation and translations are larger than the programs, and unused in a container. */
const EXCLUDED = [
  '/usr/share/doc/*',
  '/usr/share/man/*',
  '/usr/share/locale/*',
  '/usr/share/info/*',
];

/**
 * A minimal Debian root file system with the given packages, as a tar file in the cache.
 * @param name its purpose; part of the file name
 */
export async function debianRoot(
  cacheDir: string,
  name: string,
  packages: readonly string[],
): Promise<string> {
  const key = contentKey(SUITE, ...EXCLUDED, ...packages);
  const file = join(cacheDir, 'roots', `${name}-${key}.tar`);
  const made = await madeOnce(file, async (partial) => {
    await ensurePackages([PACKAGES.mmdebstrap]);
    await step(`building the root file system of ${name}`, () => bootstrap(partial, packages));
  });
  if (made) await removeOthers(file, name);
  return file;
}

async function bootstrap(target: string, packages: readonly string[]): Promise<void> {
  const tar = `${target}.tar`;
  const result = await execa(
    'mmdebstrap',
    [
      '--quiet',
      '--format=tar',
      '--variant=essential',
      `--include=${packages.join(',')}`,
      ...EXCLUDED.map((path) => `--dpkgopt=path-exclude=${path}`),
      SUITE,
      tar,
    ],
    { stdin: 'ignore', all: true, reject: false },
  );
  if (result.exitCode !== 0) {
    await rm(tar, { force: true });
    throw new LabError(
      `mmdebstrap failed to build a Debian root file system: ${result.all?.split('\n').slice(-6).join('\n')}`,
    );
  }
  await execa('mv', [tar, target]);
}
