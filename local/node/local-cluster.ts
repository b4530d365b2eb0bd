import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stderr } from 'node:process';
import { type LocalConfig } from '../config';
import { ensurePackages, PACKAGES } from '../debian-packages';
import { withLock } from '../file-lock';
import { BASE_IMAGE, LAB_IMAGES, NODE_IMAGES } from '../images/catalog';
import { imageReference, type LocalImage } from '../images/image';
import { imageArchives, requestPrograms } from '../images/image-archives';
import { LabError } from '../lab-error';
import { step } from '../progress';
import { type Toolchain } from '../toolchain/toolchain';
import { ClusterNode } from './cluster-node';
import { restoreKernelSettings, saveKernelSettings } from './kernel-settings';
import { initialise, joinCluster } from './kubeadm';
import { localKubeconfig } from './kubeconfig';
import { saveNodeLogs } from './node-logs';
import { FIRST_PLACE, NODE_PLACES, type NodePlace } from './node-place';
import { waitUntilReady } from './node-readiness';
import { copyNodeRoot, layOutNodeRoot, nodeDebianRoot } from './node-root';
import { checkPortsFree, checkPublished, writePublishServices } from './published-ports';
import { storageManifest } from './storage';

export type ClusterState = 'absent' | 'incomplete' | 'stopped' | 'running';

/** The Kubernetes on this machine: a node with the control plane, and those that joined it. */
export class LocalCluster {
  /** Every node that there can be, the control plane's first. */
  private readonly places: readonly ClusterNode[];
  private readonly first: ClusterNode;
  private readonly madeMark: string;
  private readonly kernelSettings: string;

  constructor(
    private readonly config: LocalConfig,
    private readonly toolchain: Toolchain,
  ) {
    const nodeAt = (place: NodePlace) => new ClusterNode(config.stateDir, place);
    this.first = nodeAt(FIRST_PLACE);
    this.places = [this.first, ...NODE_PLACES.slice(1).map(nodeAt)];
    this.madeMark = join(this.first.folder, 'made');
    this.kernelSettings = join(this.first.folder, 'kernel-settings.json');
  }

  /** The first node's state: without it the others are no cluster. */
  async state(): Promise<ClusterState> {
    const running = await this.first.runs();
    if ((await this.size()) !== undefined) return running ? 'running' : 'stopped';
    const files = await Promise.all(this.places.map((node) => node.hasFiles()));
    return running || files.includes(true) ? 'incomplete' : 'absent';
  }

  /** How many nodes the cluster was made with; undefined where it is not made. */
  async size(): Promise<number | undefined> {
    const mark = await readFile(this.madeMark, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return undefined;
    });
    return mark === undefined ? undefined : Number(mark) || 1;
  }

  /**
   * Makes the cluster, or starts what of it is stopped; returns when every node takes pods.
   * @param nodes how many it must have; by default as many as it has, and one where there is none
   * @param beside called where the cluster has to be made, once its own programs are asked for: starts what else takes long
   * @throws LabError where it has another number of nodes
   */
  async ensureRunning(nodes?: number, beside: () => void = () => undefined): Promise<void> {
    requireRoot();
    await this.alone(async () => {
      const state = await this.state();
      if (state === 'incomplete') await this.removeAlone();
      if (state === 'incomplete' || state === 'absent')
        return this.makeOrRemove(nodes ?? 1, beside);
      const size = (await this.size()) ?? 1;
      if (nodes !== undefined && nodes !== size)
        throw new LabError(
          `the local cluster has ${count(size)}, and "--nodes ${nodes}" asks for another number: take it away with "npm run down" first, or leave out "--nodes"`,
        );
      if (state === 'stopped') {
        await checkPortsFree(this.config.ports);
        await writePublishServices(this.first.root, this.config.ports);
        await this.writeKubeconfig();
      }
      if (state === 'running') await checkPublished(this.first.root, this.config.ports);
      await this.startMissing(size);
      await waitUntilReady(this, this.names(size));
      await this.loadMissingImages();
    });
  }

  /** Ends every node and keeps what they hold, for a later start. */
  async stop(): Promise<void> {
    if ((await this.state()) === 'absent') return;
    requireRoot();
    await this.alone(() => this.kill());
  }

  /** Removes the nodes with everything in them; the cache of tools and images stays. */
  async remove(): Promise<void> {
    if ((await this.state()) === 'absent') return;
    requireRoot();
    await this.alone(() => this.removeAlone());
  }

  /** Loads an OCI archive into every node's containerd. */
  async loadImage(archive: string): Promise<void> {
    const nodes = this.nodes((await this.size()) ?? 1);
    await Promise.all(nodes.map((node) => node.loadImage(archive)));
  }

  /** Whether every node's containerd has an image under this reference. */
  async hasImage(reference: string): Promise<boolean> {
    const nodes = this.nodes((await this.size()) ?? 1);
    const images = await Promise.all(nodes.map((node) => node.images()));
    return images.every((references) => references.has(reference));
  }

  /** Runs kubectl inside the first node as the cluster's administrator. */
  async kubectl(args: readonly string[], input?: string): Promise<string> {
    const command = ['kubectl', '--kubeconfig=/etc/kubernetes/admin.conf', ...args];
    const result = await this.first.process.exec(command, {
      ...(input === undefined ? {} : { input, stdin: undefined }),
    });
    return result.stdout;
  }

  private nodes(size: number): readonly ClusterNode[] {
    return this.places.slice(0, size);
  }

  private names(size: number): string[] {
    return this.nodes(size).map(({ place }) => place.name);
  }

  /** One command at a time makes, starts, stops or removes the cluster. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    return withLock(join(this.config.cacheDir, 'node.lock'), work);
  }

  private async startMissing(size: number): Promise<void> {
    const stopped: ClusterNode[] = [];
    for (const node of this.nodes(size)) if (!(await node.runs())) stopped.push(node);
    if (stopped.length > 0)
      await step(`starting ${count(stopped.length, 'local node')}`, async () => {
        for (const node of stopped) await node.start();
      });
    await this.plugIn(size);
  }

  private async plugIn(size: number): Promise<void> {
    for (const node of this.nodes(size).slice(1)) await node.plugInto(this.first);
  }

  private async kill(): Promise<void> {
    for (const node of this.places) {
      // the cgroups have one name on this machine: those of a cluster elsewhere are not ours to remove
      if (await node.hasFiles()) await node.process.kill();
    }
    await restoreKernelSettings(this.kernelSettings);
  }

  private async removeAlone(): Promise<void> {
    await this.kill();
    // the first node's folder says what there was, so it goes last
    for (const node of [...this.places].reverse())
      await rm(node.folder, { recursive: true, force: true });
    await rm(this.config.kubeconfig, { force: true });
  }

  private async makeOrRemove(size: number, beside: () => void): Promise<void> {
    await checkPortsFree(this.config.ports);
    // the images would ask for these only after half an hour of building
    await ensurePackages([PACKAGES.mmdebstrap, PACKAGES.buildah, PACKAGES.certificates]);
    try {
      await this.make(size, beside);
    } catch (error) {
      const notes = [
        await saveNodeLogs(this.places, join(this.config.cacheDir, 'failed-node-logs')),
        await this.removeAlone().then(
          () => undefined,
          (fault: Error) =>
            `what was made of the cluster could not be removed, "npm run down" tries again: ${fault.message}`,
        ),
      ].filter((note) => note !== undefined);
      if (error instanceof LabError) throw new LabError([error.message, ...notes].join('; '));
      for (const note of notes) stderr.write(`${note}\n`);
      throw error;
    }
  }

  private async make(size: number, beside: () => void): Promise<void> {
    const { first } = this;
    const { cacheDir } = this.config;
    const images = [...NODE_IMAGES, ...LAB_IMAGES];
    requestPrograms(this.toolchain, images);
    beside();
    const [archives] = await Promise.all([
      imageArchives(cacheDir, this.toolchain, images),
      nodeDebianRoot(cacheDir),
    ]);
    const further = this.nodes(size).slice(1);
    await mkdir(first.folder, { recursive: true });
    await saveKernelSettings(this.kernelSettings);
    await step('laying out the node', () =>
      layOutNodeRoot(this.config.cacheDir, this.toolchain, first.root, size),
    );
    await step('starting the local node', () => first.start());
    await step('loading images into the node', async (report) => {
      for (const [index, archive] of archives.entries()) {
        report(`${index} of ${archives.length}`);
        await first.loadImage(archive);
      }
    });
    if (further.length > 0) await this.copyFirstTo(further);
    await writePublishServices(first.root, this.config.ports);
    await step('making the control plane with kubeadm', () => initialise(first));
    const storage = await storageManifest(this.toolchain, imageReference(BASE_IMAGE));
    await this.kubectl(['apply', '--server-side', '-f', '-'], storage);
    if (further.length > 0) await this.joinAll(further);
    await this.writeKubeconfig();
    await waitUntilReady(this, this.names(size));
    await writeFile(this.madeMark, String(size));
  }

  private async copyFirstTo(further: readonly ClusterNode[]): Promise<void> {
    const containerd = '/etc/lab/services/containerd';
    await step(`copying the node ${further.length} times`, async () => {
      await this.first.process.exec(['sv', '-w', '20', 'stop', containerd]);
      for (const { root, place } of further) await copyNodeRoot(this.first.root, root, place);
      await this.first.process.exec(['sv', 'start', containerd]);
      await this.first.waitForContainerd();
    });
  }

  private async joinAll(further: readonly ClusterNode[]): Promise<void> {
    await step(`joining ${count(further.length, 'further node')}`, async () => {
      for (const node of further) {
        await node.start();
        await node.plugInto(this.first);
        await joinCluster(this.first, node);
      }
      // one server of names for each of two nodes: the loss of either must not take all names away
      await this.kubectl(
        '--namespace=kube-system scale deployment coredns --replicas=2'.split(' '),
      );
    });
  }

  private async writeKubeconfig(): Promise<void> {
    const text = await localKubeconfig(this.first.root, this.config.ports);
    await writeFile(this.config.kubeconfig, text, { mode: 0o600 });
  }

  /** Loads what the lab has come to run since the nodes were made. */
  private async loadMissingImages(): Promise<void> {
    const missing: LocalImage[] = [];
    for (const image of LAB_IMAGES)
      if (!(await this.hasImage(imageReference(image)))) missing.push(image);
    if (missing.length === 0) return;
    const archives = await imageArchives(this.config.cacheDir, this.toolchain, missing);
    await step('loading images into the cluster', async () => {
      for (const archive of archives) await this.loadImage(archive);
    });
  }
}

function count(number: number, noun = 'node'): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function requireRoot(): void {
  if (process.getuid?.() !== 0)
    throw new LabError(
      `the local cluster needs root, and this is uid ${process.getuid?.()}: run the command as root, or name a cluster of your own with "pulumi config set kubeContext NAME"`,
    );
}
