import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';

const PREFIX = 'autoscaling-lab-image-';

/**
 * Makes a folder for `use` and removes it afterwards, also where `use` fails. A process that was
 * killed could not: its folder carries its id, and the next call removes what the dead left.
 */
export async function withTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  await removeAbandoned();
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), `${PREFIX}${process.pid}-`));
  try {
    return await use(folder);
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

async function removeAbandoned(): Promise<void> {
  for (const entry of await fs.readdir(os.tmpdir())) {
    const owner = new RegExp(`^${PREFIX}(\\d+)-`).exec(entry)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    const folder = path.join(os.tmpdir(), entry);
    if (await isOurs(folder)) await fs.rm(folder, { recursive: true, force: true });
  }
}

// another run may be removing it at the same time, and another user's folder is not ours to remove
async function isOurs(folder: string): Promise<boolean> {
  try {
    return (await fs.stat(folder)).uid === process.getuid?.();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
