import { runCommand } from '../command';

/** Whether containerd on each of these nodes, which are Docker containers, has the image. */
export async function containerdHas(nodes: readonly string[], reference: string): Promise<boolean> {
  for (const node of nodes) {
    const list = ['ctr', '--namespace', 'k8s.io', 'images', 'list', '-q', `name==${reference}`];
    if ((await runCommand('docker', ['exec', node, ...list])).trim() === '') return false;
  }
  return nodes.length > 0;
}
