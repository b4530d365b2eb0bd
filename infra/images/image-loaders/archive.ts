import * as path from 'node:path';
import type { ImageBuilder } from '../image-builder';
import { withTemporaryFolder } from '../temporary-folder';

/** Hands a file with the image to `use` and removes it afterwards, also where `use` fails. */
export async function withArchive(
  reference: string,
  builder: ImageBuilder,
  use: (archive: string) => Promise<unknown>,
): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    const archive = path.join(folder, 'image.tar');
    await builder.save(reference, archive);
    await use(archive);
  });
}
