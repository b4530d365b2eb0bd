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

/** The Kubernetes cluster on this machine: a control plane node and optional worker nodes. */
export class LocalCluster {
  /** All possible nodes, the control plane's first. */
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

  /** The first node's state: without it the others are not a cluster. */
  async state(): Promise<ClusterState> {
    const running = await this.first.runs();
    if ((await this.size()) !== undefined) return running ? 'running' : 'stopped';
    const files = await Promise.all(this.places.map((node) => node.hasFiles()));
    return running || files.includes(true) ? 'incomplete' : 'absent';
  }

  /** The number of nodes the cluster was created with; undefined if it is not complete. */
  async size(): Promise<number | undefined> {
    const mark = await readFile(this.madeMark, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return undefined;
    });
    return mark === undefined ? undefined : Number(mark) || 1;
  }

  /**
   * Creates the cluster, or starts its stopped nodes; returns when every node is Ready.
   * @param nodes required number of nodes; defaults to the present number, or one for a new cluster
   * @param beside called if the cluster has to be created, after its programs are requested: starts other slow work
   * @throws LabError if it has another number of nodes
   */
  async ensureRunning(nodes?: number, beside: () => void = () => undefined): Promise<void> {
    requireRoot();
    await this.exclusively(async () => {
      const state = await this.state();
      if (state === 'incomplete') await this.removeAlone();
      if (state === 'incomplete' || state === 'absent')
        return this.makeOrRemove(nodes ?? 1, beside);
      const size = (await this.size()) ?? 1;
      if (nodes !== undefined && nodes !== size)
        throw new LabError(
          `the local cluster has ${count(size)}, but "--nodes ${nodes}" was given: remove it with "npm run down" first, or omit "--nodes"`,
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

  /** Stops every node and keeps its files for a later start. */
  async stop(): Promise<void> {
    if ((await this.state()) === 'absent') return;
    requireRoot();
    await this.exclusively(() => this.kill());
  }

  /** Removes the nodes with all their files; the cache of tools and images is kept. */
  async remove(): Promise<void> {
    if ((await this.state()) === 'absent') return;
    requireRoot();
    await this.exclusively(() => this.removeAlone());
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

  /** Only one command at a time creates, starts, stops or removes the cluster. */
  private exclusively<T>(work: () => Promise<T>): Promise<T> {
    return withLock(join(this.config.cacheDir, 'node.lock'), work);
  }

  private async startMissing(size: number): Promise<void> {
    const stopped: ClusterNode[] = [];
    for (const node of this.nodes(size)) if (!(await node.runs())) stopped.push(node);
    if (stopped.length > 0)
      await step(`starting ${count(stopped.length, 'local node')}`, async () => {
        for (const node of stopped) await node.start();
      });
    await this.connectNodes(size);
  }

  private async connectNodes(size: number): Promise<void> {
    for (const node of this.nodes(size).slice(1)) await node.connectTo(this.first);
  }

  private async kill(): Promise<void> {
    for (const node of this.places) {
      // cgroup names are global on this machine: without files here they may belong to another cluster
      if (await node.hasFiles()) await node.process.kill();
    }
    await restoreKernelSettings(this.kernelSettings);
  }

  private async removeAlone(): Promise<void> {
    await this.kill();
    // the first node's folder records the cluster's state, so it is removed last
    for (const node of [...this.places].reverse())
      await rm(node.folder, { recursive: true, force: true });
    await rm(this.config.kubeconfig, { force: true });
  }

  private async makeOrRemove(size: number, beside: () => void): Promise<void> {
    await checkPortsFree(this.config.ports);
    // otherwise the images would request these only after half an hour of building
    await ensurePackages([PACKAGES.mmdebstrap, PACKAGES.buildah, PACKAGES.certificates]);
    try {
      await this.make(size, beside);
    } catch (error) {
      const notes = [
        await saveNodeLogs(this.places, join(this.config.cacheDir, 'failed-node-logs')),
        await this.removeAlone().then(
          () => undefined,
          (fault: Error) =>
            `the incomplete cluster could not be removed, retry with "npm run down": ${fault.message}`,
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
    await step('preparing the node', () =>
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
    await step('creating the control plane with kubeadm', () => initialise(first));
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
    await step(`joining ${count(further.length, 'worker node')}`, async () => {
      for (const node of further) {
        await node.start();
        await node.connectTo(this.first);
        await joinCluster(this.first, node);
      }
      // two DNS servers on two nodes: losing one node must not stop DNS
      await this.kubectl(
        '--namespace=kube-system scale deployment coredns --replicas=2'.split(' '),
      );
    });
  }

  private async writeKubeconfig(): Promise<void> {
    const text = await localKubeconfig(this.first.root, this.config.ports);
    await writeFile(this.config.kubeconfig, text, { mode: 0o600 });
  }

  /** Loads images that the lab has needed only since the nodes were created. */
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
      `the local cluster needs root, and this is uid ${process.getuid?.()}: run the command as root, or use your own cluster with "pulumi config set kubeContext NAME"`,
    );
}
