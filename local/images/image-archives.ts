import { step } from '../progress';
import { type Toolchain } from '../toolchain/toolchain';
import { imageArchive } from './image-archive';
import { type LocalImage } from './image';

/**
 * The OCI archives of images, in the order of the images. Those that hold nothing but Debian packages are made while Go
 * compiles the programs of the others.
 */
export async function imageArchives(
  cacheDir: string,
  toolchain: Toolchain,
  images: readonly LocalImage[],
): Promise<string[]> {
  const archives = new Map<LocalImage, string>();
  await step('making images', async (report) => {
    const makeAll = async (some: readonly LocalImage[]) => {
      for (const image of some) {
        report(`${archives.size} of ${images.length}, ${image.name}`);
        archives.set(image, (await imageArchive(cacheDir, toolchain, image)).archive);
      }
    };
    await Promise.all([
      makeAll(images.filter(({ program }) => program)),
      makeAll(images.filter(({ program }) => !program)),
    ]);
  });
  return images.map((image) => archives.get(image)!);
}

/** Asks for every set of tools that images need at once, so that one is compiled after another without a pause. */
export function requestPrograms(toolchain: Toolchain, images: readonly LocalImage[]): void {
  for (const { program } of images)
    // whoever waits for the set is told what failed
    if (program) toolchain.folder(program.set).catch(() => undefined);
}
