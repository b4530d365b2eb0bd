import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../lab-error';
import { type ClusterNode } from './cluster-node';
import { fillIn } from './node-root';

const PROXY_KUBECONFIG = 'etc/kubernetes/kube-proxy.conf';

/** Creates the control plane on the first node, and the kubeconfig of its kube-proxy. */
export async function initialise(first: ClusterNode): Promise<void> {
  const config = '/etc/lab/kubeadm.yaml';
  await kubeadm(first, 'create the control plane', [
    'init',
    `--config=${config}`,
    '--skip-phases=addon/kube-proxy',
  ]);
  const proxy = await first.process.exec([
    'kubeadm',
    'kubeconfig',
    'user',
    `--config=${config}`,
    '--client-name=system:kube-proxy',
  ]);
  await writeFile(join(first.root, PROXY_KUBECONFIG), proxy.stdout, { mode: 0o600 });
}

/** Joins a worker node to the first node's cluster. */
export async function joinCluster(first: ClusterNode, node: ClusterNode): Promise<void> {
  const { stdout } = await first.process.exec(
    'kubeadm token create --ttl=10m --print-join-command'.split(' '),
  );
  const [, token, caCertHash] =
    /--token (\S+) --discovery-token-ca-cert-hash (\S+)/.exec(stdout) ?? [];
  if (!token || !caCertHash)
    throw new LabError('kubeadm printed a join command without a token and a CA hash');
  const config = 'etc/lab/join.yaml';
  await fillIn(join(node.root, config), { ...node.place, token, caCertHash });
  await kubeadm(node, `join "${node.place.name}" to the cluster`, ['join', `--config=/${config}`]);
  await copyFile(join(first.root, PROXY_KUBECONFIG), join(node.root, PROXY_KUBECONFIG));
}

async function kubeadm(node: ClusterNode, purpose: string, args: readonly string[]) {
  const result = await node.process.exec(['kubeadm', ...args, '--ignore-preflight-errors=all'], {
    all: true,
    reject: false,
  });
  const output = result.all ?? '';
  await writeFile(join(node.folder, 'kubeadm.log'), output);
  if (result.exitCode !== 0)
    throw new LabError(`kubeadm failed to ${purpose}: ${output.split('\n').slice(-15).join('\n')}`);
}
