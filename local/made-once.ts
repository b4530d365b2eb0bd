import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { withLock } from './file-lock';

/**
 * Makes a file or folder of the cache once: `make` fills a temporary path beside it, which is renamed when it is whole.
 * Two processes do not make the same thing twice, and what an interrupted one left is removed by the next.
 * @param path where it belongs; its name carries the key of what it is made from
 * @returns whether it had to be made
 */
export async function madeOnce(
  path: string,
  make: (partial: string) => Promise<void>,
): Promise<boolean> {
  if (await exists(path)) return false;
  return withLock(`${path}.lock`, async () => {
    if (await exists(path)) return false;
    const partial = `${path}.partial`;
    await rm(partial, { recursive: true, force: true });
    await mkdir(dirname(path), { recursive: true });
    try {
      await make(partial);
      await rename(partial, path);
    } catch (error) {
      await rm(partial, { recursive: true, force: true });
      throw error;
    }
    return true;
  });
}

/** Removes what an older key left beside `path`: entries named `<prefix>-…` other than its own. */
export async function removeOthers(path: string, prefix: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder))
    if (name.startsWith(`${prefix}-`) && !name.startsWith(basename(path)))
      await rm(join(folder, name), { recursive: true, force: true });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
