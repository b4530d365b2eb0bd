import { readdir } from 'node:fs/promises';

/** The names of a folder's entries; empty if the folder does not exist. */
export function filesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return [];
  });
}
