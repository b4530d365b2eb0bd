import { log } from '@pulumi/pulumi';
import { askRegistry } from '../registry';
import type { ImageLoader } from './image-loader';

/** By a registry that the cluster pulls from. */
export const pushLoader: ImageLoader = {
  has: async (reference) => {
    const { status } = await askRegistry(reference);
    if (status === 200) return true;
    if (status !== 404) {
      // only a registry that hides its content answers so; pushing again is slower, never wrong
      await log.info(`the registry of ${reference} does not say whether it has it (${status})`);
    }
    return false;
  },
  load: async (reference, builder) => builder.push(reference),
};
