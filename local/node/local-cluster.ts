import { access, cp, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LocalConfig } from '../config';
import { ensurePackages, PACKAGES } from '../debian-packages';
import { withLock } from '../file-lock';
import { BASE_IMAGE, LAB_IMAGES, NODE_IMAGES } from '../images/catalog';
import { imageReference, type LocalImage } from '../images/image';
import { imageArchive } from '../images/image-archive';
import { LabError } from '../lab-error';
import { step } from '../progress';
import { type Toolchain } from '../toolchain/toolchain';
import { restoreKernelSettings, saveKernelSettings } from './kernel-settings';
import { localKubeconfig } from './kubeconfig';
import { NodeProcess } from './node-process';
import { waitUntilReady } from './node-readiness';
import { layOutNodeRoot } from './node-root';
import { checkPortsFree, checkPublished, writePublishServices } from './published-ports';
import { storageManifest } from './storage';

export type ClusterState = 'absent' | 'half-made' | 'stopped' | 'running';

/** The single-node Kubernetes on this machine. */
export class LocalCluster {
  private readonly folder: string;
  private readonly root: string;
  private readonly madeMark: string;
  private readonly kernelSettings: string;
  private readonly node: NodeProcess;

  constructor(
    private readonly config: LocalConfig,
    private readonly toolchain: Toolchain,
  ) {
    this.folder = join(config.stateDir, 'node');
    this.root = join(this.folder, 'root');
    this.madeMark = join(this.folder, 'made');
    this.kernelSettings = join(this.folder, 'kernel-settings.json');
    this.node = new NodeProcess(this.folder);
  }

  async state(): Promise<ClusterState> {
    const running = (await this.node.pid()) !== undefined;
    const made = await exists(this.madeMark);
    if (made) return running ? 'running' : 'stopped';
    return running || (await exists(this.folder)) ? 'half-made' : 'absent';
  }

  /** Makes the cluster, or starts it where it is stopped; returns when the node takes pods. */
  async ensureRunning(): Promise<void> {
    requireRoot();
    await this.alone(async () => {
      const state = await this.state();
      if (state === 'half-made') await this.removeAlone();
      if (state === 'half-made' || state === 'absent') return this.makeOrRemove();
      if (state === 'stopped') {
        await checkPortsFree(this.config.ports);
        await writePublishServices(this.root, this.config.ports);
        await writeFile(
          this.config.kubeconfig,
          await localKubeconfig(this.root, this.config.ports),
          { mode: 0o600 },
        );
        await step('starting the local node', () => this.node.start());
      }
      if (state === 'running') await checkPublished(this.root, this.config.ports);
      await waitUntilReady(this);
      await this.loadMissingImages();
    });
  }

  /** Ends the node and keeps what it holds, for a later start. */
  async stop(): Promise<void> {
    // the cgroups have one name on this machine: those of a cluster elsewhere are not ours to remove
    if ((await this.state()) === 'absent') return;
    requireRoot();
    await this.alone(async () => {
      await this.node.kill();
      await restoreKernelSettings(this.kernelSettings);
    });
  }

  /** Removes the node with everything in it; the cache of tools and images stays. */
  async remove(): Promise<void> {
    if ((await this.state()) === 'absent') return;
    requireRoot();
    await this.alone(() => this.removeAlone());
  }

  /** Loads an OCI archive into the node's containerd. */
  async loadImage(archive: string): Promise<void> {
    const file = await open(archive, 'r').catch((error: NodeJS.ErrnoException) => {
      throw new LabError(`cannot read the image archive "${archive}": ${error.code}`);
    });
    try {
      const result = await this.node.exec(['ctr', '-n', 'k8s.io', 'images', 'import', '-'], {
        stdin: file.fd,
        reject: false,
      });
      if (result.exitCode !== 0)
        throw new LabError(`containerd refused the image archive "${archive}": ${result.stderr}`);
    } finally {
      await file.close();
    }
  }

  /** Whether the node's containerd has an image under this reference. */
  async hasImage(reference: string): Promise<boolean> {
    const { stdout } = await this.node.exec(['ctr', '-n', 'k8s.io', 'images', 'list', '-q']);
    return stdout.split('\n').includes(reference);
  }

  /** Runs kubectl inside the node as the cluster's administrator. */
  async kubectl(args: readonly string[], input?: string): Promise<string> {
    const command = ['kubectl', '--kubeconfig=/etc/kubernetes/admin.conf', ...args];
    const result = await this.node.exec(command, {
      ...(input === undefined ? {} : { input, stdin: undefined }),
    });
    return result.stdout;
  }

  /** One command at a time makes, starts, stops or removes the node. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    return withLock(join(this.config.cacheDir, 'node.lock'), work);
  }

  private async removeAlone(): Promise<void> {
    await this.node.kill();
    await restoreKernelSettings(this.kernelSettings);
    await rm(this.folder, { recursive: true, force: true });
    await rm(this.config.kubeconfig, { force: true });
  }

  private async makeOrRemove(): Promise<void> {
    await checkPortsFree(this.config.ports);
    // the images would ask for these only after half an hour of building
    await ensurePackages([PACKAGES.mmdebstrap, PACKAGES.buildah]);
    try {
      await this.make();
    } catch (error) {
      const logs = await this.keepLogs();
      await this.removeAlone();
      if (error instanceof LabError && logs)
        throw new LabError(`${error.message}; what the node logged is in ${logs}`);
      throw error;
    }
  }

  /** Copies the node's logs to the cache before they are removed with it; their folder, where there were any. */
  private async keepLogs(): Promise<string | undefined> {
    const target = join(this.config.cacheDir, 'failed-node-logs');
    await rm(target, { recursive: true, force: true });
    const source = join(this.root, 'var/log/lab');
    if (!(await exists(source))) return undefined;
    await cp(source, target, { recursive: true });
    return target;
  }

  private async make(): Promise<void> {
    const images = [...NODE_IMAGES, ...LAB_IMAGES];
    const archives = await this.archives(images);
    await mkdir(this.folder, { recursive: true });
    await saveKernelSettings(this.kernelSettings);
    await step('laying out the node', async () => {
      await layOutNodeRoot(this.config.cacheDir, this.toolchain, this.root);
      await writePublishServices(this.root, this.config.ports);
    });
    await step('starting the local node', async () => {
      await this.node.start();
      await this.waitFor('containerd', ['ctr', 'version']);
    });
    await step('loading images into the node', async (report) => {
      for (const [index, archive] of archives.entries()) {
        report(`${index} of ${archives.length}`);
        await this.loadImage(archive);
      }
    });
    await step('making the control plane with kubeadm', () => this.initialise());
    await writeFile(this.config.kubeconfig, await localKubeconfig(this.root, this.config.ports), {
      mode: 0o600,
    });
    await waitUntilReady(this);
    await writeFile(this.madeMark, '');
  }

  private async archives(images: readonly LocalImage[]): Promise<string[]> {
    const archives: string[] = [];
    await step('making images', async (report) => {
      for (const [index, image] of images.entries()) {
        report(`${index} of ${images.length}, ${image.name}`);
        archives.push(await imageArchive(this.config.cacheDir, this.toolchain, image));
      }
    });
    return archives;
  }

  private async initialise(): Promise<void> {
    const config = '/etc/lab/kubeadm.yaml';
    const result = await this.node.exec(
      [
        'kubeadm',
        'init',
        `--config=${config}`,
        '--ignore-preflight-errors=all',
        '--skip-phases=addon/kube-proxy',
      ],
      { all: true, reject: false },
    );
    await writeFile(join(this.folder, 'kubeadm.log'), result.all ?? '');
    if (result.exitCode !== 0)
      throw new LabError(
        `kubeadm could not make the control plane: ${(result.all ?? '').split('\n').slice(-15).join('\n')}`,
      );
    const proxy = await this.node.exec([
      'kubeadm',
      'kubeconfig',
      'user',
      `--config=${config}`,
      '--client-name=system:kube-proxy',
    ]);
    await writeFile(join(this.root, 'etc/kubernetes/kube-proxy.conf'), proxy.stdout, {
      mode: 0o600,
    });
    const manifest = await storageManifest(this.toolchain, imageReference(BASE_IMAGE));
    await this.kubectl(['apply', '--server-side', '-f', '-'], manifest);
  }

  /** Loads what the lab has come to run since the node was made. */
  private async loadMissingImages(): Promise<void> {
    const { stdout } = await this.node.exec(['ctr', '-n', 'k8s.io', 'images', 'list', '-q']);
    const present = new Set(stdout.split('\n'));
    const missing = LAB_IMAGES.filter((image) => !present.has(imageReference(image)));
    if (missing.length === 0) return;
    const archives = await this.archives(missing);
    await step('loading images into the node', async () => {
      for (const archive of archives) await this.loadImage(archive);
    });
  }

  private async waitFor(what: string, command: readonly string[]): Promise<void> {
    const deadline = Date.now() + 30_000;
    while ((await this.node.exec(command, { reject: false })).exitCode !== 0) {
      if (Date.now() > deadline) throw new LabError(`${what} did not start within 30 s`);
      await sleep(200);
    }
  }
}

function requireRoot(): void {
  if (process.getuid?.() !== 0)
    throw new LabError(
      `the local cluster needs root, and this is uid ${process.getuid?.()}: run the command as root, or name a cluster of your own with "pulumi config set kubeContext NAME"`,
    );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
