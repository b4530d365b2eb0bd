import { runCommand } from '../command';
import { withArchive } from './archive';
import { containerdHas } from './containerd';
import type { ImageLoader } from './image-loader';

/** Into the nodes of a kind cluster. */
export function kindLoader(cluster: string): ImageLoader {
  return {
    has: async (reference) => containerdHas(await nodesOf(cluster), reference),
    load: (reference, builder) =>
      withArchive(reference, builder, (archive) =>
        runCommand('kind', ['load', 'image-archive', archive, '--name', cluster]),
      ),
  };
}

async function nodesOf(cluster: string): Promise<string[]> {
  const nodes = await runCommand('kind', ['get', 'nodes', '--name', cluster]);
  // listed where there are several control planes; it runs a proxy, and no containerd
  const loadBalancer = `${cluster}-external-load-balancer`;
  return nodes.split('\n').filter((node) => node !== '' && node !== loadBalancer);
}
