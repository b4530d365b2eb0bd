import { constants } from 'node:fs';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type MemeResponse } from '../../workloads/protocol/response';
import { UserError } from './user-error';

/**
 * Checks that pictures can be saved, before any request is sent.
 *
 * @throws UserError if the folder cannot be created or written to
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
 * Saves the picture of an answer in a file named after its request id.
 *
 * @param bytes the picture
 * @returns the path
 * @throws UserError if the answer has no picture or the file cannot be written
 */
export async function savePicture(
  folder: string,
  response: MemeResponse,
  bytes: Buffer,
): Promise<string> {
  const extension = extensionOf(bytes);
  if (!extension) {
    throw new UserError(
      `answer to "${response.request_id}" has no JPEG, PNG or WebP picture (${bytes.length} bytes)`,
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

/** Anyone who can publish chooses the id, so it must not be able to name a path outside the folder. */
function safeName(id: string): string {
  const name = id.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/^\.+/, '_');
  return `meme-${name.slice(0, 100)}`;
}

/** Detected from the content: the declared type may be missing or wrong. */
function extensionOf(bytes: Buffer): string | undefined {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'jpg';
  if (bytes.toString('latin1', 1, 4) === 'PNG') return 'png';
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') {
    return 'webp';
  }
  return undefined;
}
