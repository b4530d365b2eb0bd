import { mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { check, lock } from 'proper-lockfile';
import { step } from './progress';

/** A dead process no longer renews its lock; after this time another process may acquire it. */
const STALE_MS = 15_000;

/**
 * Runs `work` while this process holds the lock on `path`.
 * Waits up to two hours for another process: a cold build takes half an hour.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const release = await acquire(path);
  try {
    return await work();
  } finally {
    await release();
  }
}

/** Whether a living process holds the lock on `path`. */
export function isLocked(path: string): Promise<boolean> {
  return check(path, { realpath: false, stale: STALE_MS });
}

async function acquire(path: string): Promise<() => Promise<void>> {
  const options = { realpath: false, stale: STALE_MS };
  try {
    return await lock(path, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    const retries = { retries: 7200, factor: 1, minTimeout: 1000, maxTimeout: 1000 };
    return step(`waiting for another process to build ${basename(path, '.lock')}`, () =>
      lock(path, { ...options, retries }),
    );
  }
}
