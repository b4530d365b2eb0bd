import sharp from 'sharp';

/** More pixels than any model returns, and few enough to be decoded in a small container. */
const MAX_PIXELS = 25_000_000;

const MIME_TYPES: Readonly<Record<string, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
};

/** A picture of one pixel: whoever can decode it can decode others. */
export const PROOF = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

/**
 * Decodes a picture as a whole: what only begins like one, or breaks off, must not be kept.
 *
 * @returns its MIME type, whatever its sender called it; undefined where it is of no known type
 * @throws Error where it cannot be decoded
 */
export async function checkPicture(bytes: Buffer): Promise<string | undefined> {
  const image = sharp(bytes, { failOn: 'truncated', limitInputPixels: MAX_PIXELS });
  const { format } = await image.metadata();
  const mimeType = MIME_TYPES[format];
  // all of it is read, and next to nothing is kept
  if (mimeType) await image.resize(8, 8, { fit: 'fill' }).raw().toBuffer();
  return mimeType;
}
