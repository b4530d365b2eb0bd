import { runCommand } from '../command';
import { withArchive } from './archive';
import { containerdHas } from './containerd';
import type { ImageLoader } from './image-loader';

interface K3dNode {
  readonly name: string;
  readonly role: string;
  readonly runtimeLabels?: Readonly<Record<string, string>>;
}

/** Into the nodes of a k3d cluster. */
export function k3dLoader(cluster: string): ImageLoader {
  return {
    has: async (reference) => containerdHas(await nodesOf(cluster), reference),
    load: (reference, builder) =>
      withArchive(reference, builder, (archive) =>
        runCommand('k3d', ['image', 'import', archive, '--cluster', cluster]),
      ),
  };
}

async function nodesOf(cluster: string): Promise<string[]> {
  const nodes = JSON.parse(await runCommand('k3d', ['node', 'list', '-o', 'json'])) as K3dNode[];
  return nodes
    .filter(({ role }) => role === 'server' || role === 'agent')
    .filter(({ runtimeLabels }) => runtimeLabels?.['k3d.cluster'] === cluster)
    .map(({ name }) => name);
}
