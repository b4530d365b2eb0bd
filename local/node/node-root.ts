import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import execa from 'execa';
import { debianRoot } from '../debian-root';
import { VERSIONS } from '../toolchain/sets';
import { type Toolchain } from '../toolchain/toolchain';
import { FIRST_PLACE, podRoutes, type NodePlace } from './node-place';

/** What a Kubernetes node needs beside its own programs; installed in the node's root file system, never on the machine. */
const PACKAGES = [
  'ca-certificates',
  'catatonit',
  'conntrack',
  'containerd',
  'containernetworking-plugins',
  'ethtool',
  'iproute2',
  'iptables',
  'kmod',
  'mount',
  'nftables',
  'procps',
  'runc',
  'runit',
  'socat',
  'util-linux',
];

const PROGRAMS = ['kubeadm', 'kubectl', 'kubelet', 'kube-proxy'];

/** Files that are never written to once they are there: a copy shares them with its original. */
const SHARED = [
  'usr',
  'var/lib/containerd/io.containerd.content.v1.content/blobs',
  'var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots',
];

/** What a copy does not take over: its own configuration comes from the overlay, and it has logged nothing. */
const OWN = ['etc/lab', 'etc/cni/net.d', 'var/log/lab'];

/** Values that only some clusters have: how soon a lost node is noticed, and its pods replaced. */
export interface NodeLoss {
  readonly leaseSeconds: number;
  readonly monitorGracePeriod: string;
  readonly tolerationSeconds: number;
}

/**
 * Kubernetes' own values where one node is all there is: a busy machine must not take it for lost.
 * With several, a loss is noticed within 20 s and its pods are replaced after as long again, not after six minutes.
 */
export function nodeLoss(nodes: number): NodeLoss {
  return nodes === 1
    ? { leaseSeconds: 40, monitorGracePeriod: '50s', tolerationSeconds: 300 }
    : { leaseSeconds: 16, monitorGracePeriod: '20s', tolerationSeconds: 20 };
}

/** The Debian that every node's root file system starts from, as a tar file in the cache. */
export function nodeDebianRoot(cacheDir: string): Promise<string> {
  return debianRoot(cacheDir, 'node', PACKAGES);
}

/** Lays out the first node's root file system at `root`: Debian, the node's programs, its configuration. */
export async function layOutNodeRoot(
  cacheDir: string,
  toolchain: Toolchain,
  root: string,
  nodes: number,
): Promise<void> {
  const tar = await nodeDebianRoot(cacheDir);
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  await execa('tar', ['--extract', '--numeric-owner', '--file', tar, '--directory', root]);
  for (const program of PROGRAMS)
    await cp(await toolchain.program('kubernetes', program), join(root, 'usr/local/bin', program));
  await configure(root, FIRST_PLACE);
  await fillIn(join(root, 'etc/lab/kubeadm.yaml'), { ...VERSIONS, ...nodeLoss(nodes) });
}

/**
 * Lays out a further node's root file system as a copy of the first one's with all its images.
 * Nothing may write to the original meanwhile: neither containerd nor the kubelet.
 */
export async function copyNodeRoot(from: string, to: string, place: NodePlace): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  const left = [...SHARED, ...OWN].map((path) => `--exclude=./${path}`);
  const options = ['--numeric-owner', '--file', '-', '--directory'];
  const pack = execa('tar', ['--create', ...left, ...options, from, '.'], {
    buffer: false,
    stdin: 'ignore',
  });
  const unpack = execa('tar', ['--extract', ...options, to]);
  if (pack.stdout && unpack.stdin) pack.stdout.pipe(unpack.stdin);
  await Promise.all([pack, unpack]);
  for (const path of SHARED) {
    await mkdir(join(to, dirname(path)), { recursive: true });
    await execa('cp', ['--archive', '--link', join(from, path), join(to, path)]);
  }
  // the overlay holds files of /usr too, which must not be written through a link
  await rm(join(to, 'usr/local/sbin'), { recursive: true, force: true });
  await configure(to, place);
}

async function configure(root: string, place: NodePlace): Promise<void> {
  await cp(join(__dirname, 'overlay'), root, { recursive: true });
  await fillIn(join(root, 'etc/lab/node.env'), { ...place, podRoutes: podRoutes(place) });
  await fillIn(join(root, 'etc/cni/net.d/10-bridge.conflist'), { ...place });
}

/** Replaces each `${name}` in a file by the value of that name. */
export async function fillIn(
  file: string,
  values: Readonly<Record<string, string | number>>,
): Promise<void> {
  const template = await readFile(file, 'utf8');
  const filled = template.replace(/\$\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for "${placeholder}" in ${file}`);
    return String(value);
  });
  await writeFile(file, filled);
}
