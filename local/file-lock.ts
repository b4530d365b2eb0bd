import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { check, lock } from 'proper-lockfile';

/** A holder that died stops renewing its lock; after this long another may take it. */
const STALE_MS = 15_000;

/**
 * Runs `work` while no other process on this machine holds the lock on `path`.
 * Waits up to two hours for another holder: a cold build takes half an hour.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const release = await lock(path, {
    realpath: false,
    stale: STALE_MS,
    retries: { retries: 7200, factor: 1, minTimeout: 1000, maxTimeout: 1000 },
  });
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
