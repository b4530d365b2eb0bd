import { step } from '../progress';
import { type Toolchain } from '../toolchain/toolchain';
import { imageArchive } from './image-archive';
import { type LocalImage } from './image';

/**
 * The OCI archives of images, in the order of the images. Images with only Debian packages are built while Go
 * compiles the programs of the others.
 */
export async function imageArchives(
  cacheDir: string,
  toolchain: Toolchain,
  images: readonly LocalImage[],
): Promise<string[]> {
  const archives = new Map<LocalImage, string>();
  await step('building images', async (report) => {
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

/** Requests every tool set that the images need at once, so that they are compiled without pauses. */
export function requestPrograms(toolchain: Toolchain, images: readonly LocalImage[]): void {
  for (const { program } of images)
    // the caller that awaits the set gets the error
    if (program) toolchain.folder(program.set).catch(() => undefined);
}
