import { runCommand } from '../command';
import { withArchive } from './archive';
import type { ImageLoader } from './image-loader';

/** Into the nodes of a minikube profile. */
export function minikubeLoader(profile: string): ImageLoader {
  return {
    has: async (reference) => {
      const images = await runCommand('minikube', ['--profile', profile, 'image', 'ls']);
      return images.split('\n').some((line) => line.trim() === reference);
    },
    load: (reference, builder) =>
      withArchive(reference, builder, (archive) =>
        runCommand('minikube', ['--profile', profile, 'image', 'load', archive]),
      ),
  };
}
