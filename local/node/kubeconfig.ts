import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { type PublishedPorts } from '../config';

/** Name of the local cluster's context in its kubeconfig. */
export const LOCAL_CONTEXT = 'autoscaling-lab';

interface Kubeconfig {
  clusters: { name: string; cluster: Record<string, unknown> }[];
  contexts: { name: string; context: Record<string, unknown> }[];
  'current-context': string;
}

/** The admin kubeconfig for use on this machine: with the published port and the lab's context name. */
export async function localKubeconfig(root: string, ports: PublishedPorts): Promise<string> {
  const admin = parse(
    await readFile(join(root, 'etc/kubernetes/admin.conf'), 'utf8'),
  ) as Kubeconfig;
  for (const { cluster } of admin.clusters) cluster.server = `https://127.0.0.1:${ports.api}`;
  for (const context of admin.contexts) context.name = LOCAL_CONTEXT;
  admin['current-context'] = LOCAL_CONTEXT;
  return stringify(admin);
}
