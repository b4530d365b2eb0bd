import { access, mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';

/** A node's folder in each cgroup hierarchy: one for cgroup v2, one per controller for v1. */
export async function nodeCgroups(name: string): Promise<readonly string[]> {
  return (await hierarchies()).map((hierarchy) => join(hierarchy, name));
}

/**
 * Creates a node's cgroups, ready for processes.
 * @returns on cgroup v2 the folder that the node's first process moves to once it has a cgroup namespace:
 * a cgroup delegates controllers to its children only while it contains no process
 */
export async function makeCgroups(name: string): Promise<string | undefined> {
  if (await isVersion2()) {
    for (const controller of (await readFile(join(ROOT, 'cgroup.controllers'), 'utf8')).split(
      /\s+/,
    ))
      if (controller) await writeFile(join(ROOT, 'cgroup.subtree_control'), `+${controller}`);
    const init = join(ROOT, name, 'init');
    await mkdir(init, { recursive: true });
    return init;
  }
  for (const hierarchy of await hierarchies()) {
    const folder = join(hierarchy, name);
    await mkdir(folder, { recursive: true });
    // a new v1 cpuset is empty, and accepts no process until it has CPUs and memory nodes
    if (hierarchy.endsWith('/cpuset'))
      for (const file of ['cpuset.cpus', 'cpuset.mems'])
        await writeFile(join(folder, file), await readFile(join(hierarchy, file)));
  }
  return undefined;
}

/** Removes a node's cgroups and all below them; every process in them must have ended. */
export async function removeCgroups(name: string): Promise<void> {
  for (const folder of await nodeCgroups(name)) await removeTree(folder);
}

/** A cgroup's files cannot be unlinked: only folders can be removed, the deepest first. */
async function removeTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(ignoreMissing);
  if (!entries) return;
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  await rmdir(folder).catch(ignoreMissing);
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}

async function hierarchies(): Promise<string[]> {
  if (await isVersion2()) return [ROOT];
  const lines = (await readFile('/proc/self/cgroup', 'utf8')).trim().split('\n');
  return lines
    .map((line) => line.split(':')[1] ?? '')
    .filter((controllers) => controllers !== '')
    .map((controllers) => join(ROOT, controllers.replace(/^name=/, '')));
}

function isVersion2(): Promise<boolean> {
  return access(join(ROOT, 'cgroup.controllers')).then(
    () => true,
    () => false,
  );
}
