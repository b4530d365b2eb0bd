import { chmod, cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { contentKey } from '../content-key';
import { debianRoot } from '../debian-root';
import { madeOnce, removeOthers } from '../made-once';
import { type Toolchain } from '../toolchain/toolchain';
import { Buildah } from './buildah';
import { imageReference, type LocalImage } from './image';

/**
 * The OCI archive of an image, made where the cache does not have it.
 * @returns its path, and the key of what is inside, which is part of it
 */
export async function imageArchive(
  cacheDir: string,
  toolchain: Toolchain,
  image: LocalImage,
): Promise<{ readonly archive: string; readonly key: string }> {
  const program = image.program
    ? await toolchain.program(image.program.set, image.program.name)
    : undefined;
  const base = image.packages
    ? await debianRoot(cacheDir, image.name.replace(':', '_'), image.packages)
    : undefined;
  const machineFile = image.file ? await stat(image.file.from) : undefined;
  const key = contentKey(
    JSON.stringify(image),
    program ?? '',
    base ?? '',
    machineFile ? `${machineFile.size} ${machineFile.mtimeMs}` : '',
  );
  const prefix = image.name.replace(':', '_');
  const archive = join(cacheDir, 'images', `${prefix}-${key}.tar`);
  const made = await madeOnce(archive, async (partial) => {
    const stage = await stageFiles(`${partial}.stage`, image, program);
    try {
      await new Buildah(cacheDir).commit({
        reference: imageReference(image),
        layers: base ? [base, stage] : [stage],
        entrypoint: image.entrypoint,
        user: image.user ?? 0,
        archive: partial,
      });
    } finally {
      await rm(stage, { recursive: true, force: true });
    }
  });
  if (made) await removeOthers(archive, prefix);
  return { archive, key };
}

/** What every program expects to find: a user's name, certificates, a place for temporary files. */
async function stageFiles(
  stage: string,
  image: LocalImage,
  program: string | undefined,
): Promise<string> {
  // an interrupted run may have left one
  await rm(stage, { recursive: true, force: true });
  await mkdir(stage, { recursive: true });
  await chmod(stage, 0o755);
  const place = async (from: string, path: string) => {
    const target = join(stage, path);
    await mkdir(dirname(target), { recursive: true });
    await cp(from, target);
    await chmod(target, 0o755);
  };
  if (program && image.program) await place(program, image.program.path);
  if (image.file) await place(image.file.from, image.file.path);
  if (!image.packages) {
    await mkdir(join(stage, 'tmp'));
    await chmod(join(stage, 'tmp'), 0o1777);
    await mkdir(join(stage, 'etc/ssl/certs'), { recursive: true });
    const user = image.user ?? 0;
    const users = ['root:x:0:0::/:/', ...(user === 0 ? [] : [`user:x:${user}:${user}::/:/`])];
    await writeFile(join(stage, 'etc/passwd'), `${users.join('\n')}\n`);
    await writeFile(
      join(stage, 'etc/ssl/certs/ca-certificates.crt'),
      await readFile('/etc/ssl/certs/ca-certificates.crt'),
    );
  }
  return stage;
}
