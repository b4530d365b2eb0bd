import { access, open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../lab-error';
import { type NodePlace } from './node-place';
import { NodeProcess } from './node-process';

const CONTAINERD_TIMEOUT_MS = 30_000;

/** One node of the local cluster: its files, its processes and its containerd. */
export class ClusterNode {
  readonly folder: string;
  readonly root: string;
  readonly process: NodeProcess;

  constructor(
    stateDir: string,
    readonly place: NodePlace,
  ) {
    this.folder = join(stateDir, place.name);
    this.root = join(this.folder, 'root');
    this.process = new NodeProcess(this.folder, place.cgroup);
  }

  /** Whether the node has files on this machine. */
  hasFiles(): Promise<boolean> {
    return access(this.folder).then(
      () => true,
      () => false,
    );
  }

  async runs(): Promise<boolean> {
    return (await this.process.pid()) !== undefined;
  }

  /** Starts the node and returns when its containerd responds. */
  async start(): Promise<void> {
    await this.process.start();
    await this.waitForContainerd();
  }

  /** @throws LabError if containerd does not respond within 30 s */
  async waitForContainerd(): Promise<void> {
    const deadline = Date.now() + CONTAINERD_TIMEOUT_MS;
    while ((await this.process.exec(['ctr', 'version'], { reject: false })).exitCode !== 0) {
      if (Date.now() > deadline)
        throw new LabError(`containerd of "${this.place.name}" did not start within 30 s`);
      await sleep(200);
    }
  }

  /**
   * Connects the node's network to the first node's by a veth pair; does nothing if it is connected.
   * The pair is deleted when either node stops, and has to be created again after a restart.
   */
  async connectTo(first: ClusterNode): Promise<void> {
    const pid = await this.process.pid();
    const { name } = this.place;
    const present = await first.process.exec(['ip', 'link', 'show', 'dev', name], {
      reject: false,
    });
    if (present.exitCode === 0) return;
    // the kernel resolves the pid in the caller's pid namespace, so this cannot run inside the first node
    await first.process.execInNetwork(
      `ip link add ${name} type veth peer name uplink netns ${pid}`.split(' '),
    );
    await first.process.exec(['ip', 'link', 'set', name, 'master', 'node0', 'up']);
    await this.process.exec(['ip', 'link', 'set', 'uplink', 'master', 'node0', 'up']);
  }

  /** Loads an OCI archive into the node's containerd. */
  async loadImage(archive: string): Promise<void> {
    const file = await open(archive, 'r').catch((error: NodeJS.ErrnoException) => {
      throw new LabError(`cannot read the image archive "${archive}": ${error.code}`);
    });
    try {
      const result = await this.process.exec(['ctr', '-n', 'k8s.io', 'images', 'import', '-'], {
        stdin: file.fd,
        reject: false,
      });
      if (result.exitCode !== 0)
        throw new LabError(
          `containerd of "${this.place.name}" rejected the image archive "${archive}": ${result.stderr}`,
        );
    } finally {
      await file.close();
    }
  }

  /** References of the images that the node's containerd has. */
  async images(): Promise<ReadonlySet<string>> {
    const { stdout } = await this.process.exec(['ctr', '-n', 'k8s.io', 'images', 'list', '-q']);
    return new Set(stdout.split('\n'));
  }
}
