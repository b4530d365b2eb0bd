import { runCommand } from '../command';
import { withArchive } from './archive';
import { containerdHas } from './containerd';
import type { ImageLoader } from './image-loader';

/** Into the nodes of a kind cluster. */
export function kindLoader(cluster: string): ImageLoader {
  return {
    has: async (reference) => {
      const nodes = await runCommand('kind', ['get', 'nodes', '--name', cluster]);
      return containerdHas(nodes.split('\n').filter(Boolean), reference);
    },
    load: (reference, builder) =>
      withArchive(reference, builder, (archive) =>
        runCommand('kind', ['load', 'image-archive', archive, '--name', cluster]),
      ),
  };
}
