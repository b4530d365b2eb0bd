import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isContentKey, KEY_LENGTH } from './content-key';
import { isLocked, withLock } from './file-lock';

/**
 * Builds a file or folder of the cache once: `make` writes to a temporary path, which is renamed when it is complete.
 * Two processes do not build the same path twice, and the remains of an interrupted one are removed by the next.
 * @param path its final path; the name contains the key of its sources
 * @returns whether it was built now
 */
export async function madeOnce(
  path: string,
  make: (partial: string) => Promise<void>,
): Promise<boolean> {
  if (await exists(path)) return false;
  return withLock(lockOf(path), async () => {
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

/**
 * Removes entries with other keys next to `path`: those named `<prefix>-<key>…`, with a key from `contentKey`.
 * An entry that another process is building is kept: a second checkout may share the cache.
 */
export async function removeOthers(path: string, prefix: string): Promise<void> {
  const folder = dirname(path);
  const own = basename(path).slice(0, prefix.length + 1 + KEY_LENGTH);
  const suffix = basename(path).slice(own.length);
  for (const name of await readdir(folder)) {
    const entry = name.slice(0, own.length);
    const key = entry.startsWith(`${prefix}-`) ? entry.slice(prefix.length + 1) : '';
    if (entry === own || !isContentKey(key)) continue;
    if (await isLocked(lockOf(join(folder, `${entry}${suffix}`)))) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

function lockOf(path: string): string {
  return `${path}.lock`;
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
