import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClusterNode } from './cluster-node';

/**
 * Copies what nodes logged to a folder, before it is removed with them. Never fails: whoever calls it
 * has nodes to remove and an error of its own to tell.
 *
 * @returns where the logs are, or why they are not, as the end of an error; undefined where there were none
 */
export async function saveNodeLogs(
  nodes: readonly Pick<ClusterNode, 'root' | 'place'>[],
  folder: string,
): Promise<string | undefined> {
  let saved = false;
  try {
    await rm(folder, { recursive: true, force: true });
    for (const { root, place } of nodes)
      if (await copied(join(root, 'var/log/lab'), join(folder, place.name))) saved = true;
  } catch (error) {
    return `what the nodes logged could not be kept in ${folder}: ${(error as Error).message}`;
  }
  return saved ? `what the nodes logged is in ${folder}` : undefined;
}

// a node that was not made yet has none
function copied(from: string, to: string): Promise<boolean> {
  return cp(from, to, { recursive: true }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return false;
    },
  );
}
