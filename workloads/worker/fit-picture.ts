import { type Picture } from './generator';

/**
 * Makes a picture small enough for one message: first by stronger compression, then by fewer pixels.
 *
 * @param maxBytes largest size of the picture's bytes
 * @throws Error where even the smallest form is too large
 */
export async function fitPicture(picture: Picture, maxBytes: number): Promise<Picture> {
  if (picture.bytes.length <= maxBytes) return picture;
  const { default: sharp } = await import('sharp');
  for (const { quality, edge } of [
    { quality: 82, edge: 1024 },
    { quality: 65, edge: 1024 },
    { quality: 65, edge: 640 },
    { quality: 40, edge: 320 },
  ]) {
    const bytes = await sharp(picture.bytes)
      .resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality })
      .toBuffer();
    if (bytes.length <= maxBytes) return { bytes, mimeType: 'image/jpeg' };
  }
  throw new Error(
    `picture of ${picture.bytes.length} bytes does not fit into a message of ${maxBytes} bytes; ` +
      "raise 'max_payload' of the NATS server",
  );
}
