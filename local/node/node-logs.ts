import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClusterNode } from './cluster-node';

/**
 * Copies the nodes' logs to a folder before the nodes are removed. Never fails: the caller still has
 * to remove the nodes and to report its own error.
 *
 * @returns the end of an error message: where the logs are, or why they could not be copied; undefined if there were none
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
    return `the node logs could not be saved in ${folder}: ${(error as Error).message}`;
  }
  return saved ? `the node logs are in ${folder}` : undefined;
}

// a node that was not created yet has none
function copied(from: string, to: string): Promise<boolean> {
  return cp(from, to, { recursive: true }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return false;
    },
  );
}
