import { access, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type LocalConfig } from '../../../local/config';
import { nodeCgroups } from '../../../local/node/cgroup-tree';
import { ClusterNode } from '../../../local/node/cluster-node';
import { NODE_PLACES } from '../../../local/node/node-place';

const NAMESPACES = ['pid', 'net', 'mnt', 'uts', 'ipc', 'cgroup'] as const;

/** What a cluster that runs has on this machine, noted so that one can look for it after `down`. */
export class Leftovers {
  private constructor(
    private readonly stateDir: string,
    /** The nodes' namespaces, six for each. */
    readonly namespaces: readonly string[],
    private readonly kernelSettings: Readonly<Record<string, string>>,
  ) {}

  static async of({ stateDir }: LocalConfig): Promise<Leftovers> {
    const namespaces: string[] = [];
    for (const place of NODE_PLACES) {
      const pid = await new ClusterNode(stateDir, place).process.pid();
      if (pid) namespaces.push(...(await namespacesOf(pid)));
    }
    const settings = await readFile(join(stateDir, 'node/kernel-settings.json'), 'utf8');
    return new Leftovers(stateDir, namespaces, JSON.parse(settings) as Record<string, string>);
  }

  /** What is still there of it, in words; nothing where `down` did its work. */
  async find(): Promise<string[]> {
    const found = (await processesIn(this.namespaces)).map((command) => `process ${command}`);
    const cgroups = await Promise.all(NODE_PLACES.map(({ cgroup }) => nodeCgroups(cgroup)));
    found.push(...(await existing([this.stateDir, ...cgroups.flat()])));
    const mounts = await readFile('/proc/self/mountinfo', 'utf8');
    found.push(...mounts.split('\n').filter((line) => line.includes(this.stateDir)));
    for (const [path, value] of Object.entries(this.kernelSettings)) {
      const now = (await readFile(path, 'utf8')).trim();
      if (now !== value) found.push(`${path} is ${now} and was ${value}`);
    }
    return found;
  }
}

/** The namespaces of a process, such as `net:[4026532281]`. */
export async function namespacesOf(pid: number): Promise<string[]> {
  const links = NAMESPACES.map((name) => readlink(`/proc/${pid}/ns/${name}`).catch(() => ''));
  return (await Promise.all(links)).filter(Boolean);
}

/** Command lines of processes that are in one of these namespaces. */
async function processesIn(namespaces: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)))
    if ((await namespacesOf(Number(pid))).some((name) => namespaces.includes(name)))
      found.push(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => pid));
  return found;
}

async function existing(paths: readonly string[]): Promise<string[]> {
  const present = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => path,
        () => undefined,
      ),
    ),
  );
  return present.filter((path) => path !== undefined);
}
