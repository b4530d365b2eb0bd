import type { ImageBuilder } from '../image-builder';

/** One way by which images reach a cluster. */
export interface ImageLoader {
  /** Whether every node, or the registry, has the image already. */
  has(reference: string): Promise<boolean>;
  /** Brings an image from the builder's store to the cluster. */
  load(reference: string, builder: ImageBuilder): Promise<void>;
}
