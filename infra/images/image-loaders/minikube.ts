import { runCommand } from '../command';
import { withArchive } from './archive';
import type { ImageLoader } from './image-loader';

/** Into the nodes of a minikube profile. */
export function minikubeLoader(profile: string): ImageLoader {
  return {
    has: async (reference) => {
      if (!(await linesOf(profile, 'image', 'ls')).includes(reference)) return false;
      // of several nodes one may have it: loading again is slower, never wrong
      return (await linesOf(profile, 'node', 'list')).length === 1;
    },
    load: (reference, builder) =>
      withArchive(reference, builder, (archive) =>
        runCommand('minikube', ['--profile', profile, 'image', 'load', archive]),
      ),
  };
}

async function linesOf(profile: string, ...command: readonly string[]): Promise<string[]> {
  const output = await runCommand('minikube', ['--profile', profile, ...command]);
  return output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
