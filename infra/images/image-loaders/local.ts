import * as path from 'node:path';
import { runCommand, tryCommand } from '../command';
import { withArchive } from './archive';
import type { ImageLoader } from './image-loader';
import { UserError } from '../../user-error';

/**
 * Into the lab's own cluster on this machine, by the commands of `local/`: it is one of many
 * clusters to this program, so it is called like the tools of the others.
 */
export function localLoader(projectRoot: string): ImageLoader {
  const command = (...args: string[]) => [
    require.resolve('tsx/cli'),
    path.join(projectRoot, 'cli', 'main.ts'),
    ...args,
  ];
  return {
    has: async (reference) => {
      const args = command('has-image', reference);
      const { exitCode, stderr } = await tryCommand(process.execPath, args, projectRoot);
      if (exitCode === 0 || exitCode === 1) return exitCode === 0;
      throw new UserError(
        `the local cluster does not say whether it has ${reference} (exit ${exitCode}): ${stderr.trim()}; look at it with: npm run status`,
      );
    },
    load: (reference, builder) =>
      withArchive(reference, builder, (archive) =>
        runCommand(process.execPath, command('load', archive), projectRoot),
      ),
  };
}
