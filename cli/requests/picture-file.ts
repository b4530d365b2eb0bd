import { constants } from 'node:fs';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type MemeResponse } from '../../workloads/protocol/response';
import { UserError } from './user-error';

/**
 * Makes sure that pictures can be saved, before anything is asked for.
 *
 * @throws UserError where the folder cannot be made or written to
 */
export async function preparePictureFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UserError(
      `'--output-dir' is "${folder}": cannot write there (${code}); name a folder you can write to`,
    );
  }
}

/**
 * Saves the picture of an answer under a name made of its request id.
 *
 * @param bytes the picture
 * @returns the path
 * @throws UserError where the answer holds no picture or the file cannot be written
 */
export async function savePicture(
  folder: string,
  response: MemeResponse,
  bytes: Buffer,
): Promise<string> {
  const extension = extensionOf(bytes);
  if (!extension) {
    throw new UserError(
      `answer to "${response.request_id}" holds no JPEG, PNG or WebP picture (${bytes.length} bytes)`,
    );
  }
  const path = join(folder, `${safeName(response.request_id)}.${extension}`);
  try {
    await writeFile(path, bytes);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UserError(`cannot write "${path}" (${code}); name another folder with --output-dir`);
  }
  return path;
}

/** Ids come from anyone who can publish: nothing in them may lead out of the folder. */
function safeName(id: string): string {
  const name = id.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/^\.+/, '_');
  return `meme-${name.slice(0, 100)}`;
}

/** Decided by the content: the announced type may be absent or wrong. */
function extensionOf(bytes: Buffer): string | undefined {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'jpg';
  if (bytes.toString('latin1', 1, 4) === 'PNG') return 'png';
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') {
    return 'webp';
  }
  return undefined;
}
