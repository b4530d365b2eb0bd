import { spawn } from 'node:child_process';
import { open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import execa, { type Options } from 'execa';
import { LabError } from '../lab-error';
import { makeCgroups, nodeCgroups, removeCgroups } from './cgroup-tree';

const START_TIMEOUT_MS = 20_000;

/**
 * The node as one process tree: namespaces of its own for processes, mounts, network, host name, IPC and cgroups.
 * Its first process is the init of all of them, so killing it kills everything inside at once.
 */
export class NodeProcess {
  private readonly pidFile: string;
  private readonly root: string;
  private readonly log: string;

  /**
   * @param folder the node's root file system, pid file and log
   * @param cgroup name of the node's folder in each cgroup hierarchy of the machine
   */
  constructor(
    folder: string,
    private readonly cgroup: string,
  ) {
    this.pidFile = join(folder, 'pid');
    this.root = join(folder, 'root');
    this.log = join(folder, 'init.log');
  }

  /** The host pid of the node's first process; undefined if it is not running. */
  async pid(): Promise<number | undefined> {
    const raw = await readFile(this.pidFile, 'utf8').catch(() => '');
    const [pid, startTime] = raw.split(' ');
    // pids are reused; the start time makes it unique
    if (!pid || !startTime) return undefined;
    return (await processStartTime(Number(pid))) === startTime ? Number(pid) : undefined;
  }

  /** Starts the node; it keeps running after this program exits. */
  async start(): Promise<void> {
    const initCgroup = await makeCgroups(this.cgroup);
    const cgroups = await nodeCgroups(this.cgroup);
    const log = await open(this.log, 'w');
    const enter = cgroups.map((folder) => `echo $$ >${folder}/cgroup.procs`).join('; ');
    const init = join(this.root, 'usr/local/sbin/node-init');
    const move = initCgroup ? `echo $$ >${initCgroup}/cgroup.procs; ` : '';
    const node = `exec unshare --mount --pid --fork --kill-child --uts --ipc ${quote(init)} ${quote(this.root)}`;
    // the cgroup namespace comes first: its root is where the process is at that moment
    const script = `set -e; ${enter}; exec unshare --cgroup /bin/sh -c ${quote(`set -e; ${move}${node}`)}`;
    const child = spawn('/bin/sh', ['-c', script], {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    child.unref();
    await log.close();
    // written before the node is up, so that a failed or interrupted start can be killed with its children
    await this.note(child.pid ?? 0);
    await this.note(await this.waitForInit(child.pid ?? 0));
  }

  private async note(pid: number): Promise<void> {
    await writeFile(this.pidFile, `${pid} ${await processStartTime(pid)}`);
  }

  /** Kills every process of the node and removes its cgroups; does nothing if it is not running. */
  async kill(): Promise<void> {
    const pid = await this.pid();
    if (pid) {
      process.kill(pid, 'SIGKILL');
      while (await processStartTime(pid)) await sleep(50);
    }
    for (let attempt = 0; ; attempt += 1) {
      try {
        await removeCgroups(this.cgroup);
        break;
      } catch (error) {
        // the kernel may not have removed the last processes yet
        if (attempt === 40) throw error;
        await sleep(250);
      }
    }
    await rm(this.pidFile, { force: true });
  }

  /** Runs a command inside the node. */
  exec(command: readonly string[], options: Options = {}): Promise<execa.ExecaReturnValue> {
    return this.enter(
      ['--mount', '--pid', '--net', '--uts', '--ipc', '--cgroup'],
      command,
      options,
    );
  }

  /** Runs a command in the node's network namespace with the host's pids. */
  execInNetwork(command: readonly string[]): Promise<execa.ExecaReturnValue> {
    return this.enter(['--mount', '--net'], command, {});
  }

  private async enter(
    namespaces: readonly string[],
    command: readonly string[],
    options: Options,
  ): Promise<execa.ExecaReturnValue> {
    const pid = await this.pid();
    if (!pid) throw new LabError('the local node is not running: start it with "npm run up"');
    return execa(
      'nsenter',
      ['--target', String(pid), ...namespaces, '--root', '--wd', ...command],
      {
        stdin: 'ignore',
        env: {
          PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
          HOME: '/root',
        },
        extendEnv: false,
        ...options,
      },
    );
  }

  private async waitForInit(parent: number): Promise<number> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < deadline) {
      const [pid] = await childrenOf(parent);
      const ready = pid && (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
      if (pid && ready === 'catatonit') return pid;
      if (!(await processStartTime(parent))) break;
      await sleep(50);
    }
    throw new LabError(
      `the local node did not start; output of its first process: ${(await readFile(this.log, 'utf8')).trim() || '(none)'}`,
    );
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')),
  );
  return lists.join(' ').split(' ').filter(Boolean).map(Number);
}

/** Field 22 of /proc/PID/stat, or undefined where the process is gone or only waits to be reaped. */
async function processStartTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
}

function quote(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}
