import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import execa from 'execa';
import { debianRoot } from '../debian-root';
import { VERSIONS } from '../toolchain/sets';
import { type Toolchain } from '../toolchain/toolchain';

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

/** Lays out the node's root file system at `root`: Debian, the node's programs, the configuration in `overlay/`. */
export async function layOutNodeRoot(
  cacheDir: string,
  toolchain: Toolchain,
  root: string,
): Promise<void> {
  const tar = await debianRoot(cacheDir, 'node', PACKAGES);
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  await execa('tar', ['--extract', '--numeric-owner', '--file', tar, '--directory', root]);
  for (const program of PROGRAMS)
    await cp(await toolchain.program('kubernetes', program), join(root, 'usr/local/bin', program));
  await cp(join(__dirname, 'overlay'), root, { recursive: true });
  await fillIn(join(root, 'etc/lab/kubeadm.yaml'), VERSIONS);
}

/** Replaces each `${name}` in a file by the value of that name. */
async function fillIn(file: string, values: Readonly<Record<string, string>>): Promise<void> {
  const template = await readFile(file, 'utf8');
  const filled = template.replace(/\$\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for "${placeholder}" in ${file}`);
    return value;
  });
  await writeFile(file, filled);
}
