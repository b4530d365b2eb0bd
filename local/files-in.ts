import { readdir } from 'node:fs/promises';

/** Names of what is in a folder; none where there is no such folder. */
export function filesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return [];
  });
}
