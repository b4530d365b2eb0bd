import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { type MemeRequest } from '../protocol/request';
import { setCaption, splitPrompt, type Caption } from './caption';
import { pictureSize, type Generator, type Picture } from './generator';
import { Random } from '../protocol/random';
import { drawScene } from './scene';
import { sleep } from '../process/sleep';

/** How the local generator behaves. */
export interface LocalGeneratorOptions {
  /** Least time for one meme: what is left after drawing is waited for. */
  readonly leastSeconds: number;
}

const JPEG_QUALITY = 82;
const OUTLINE = 0.16;

/**
 * Draws memes from the prompt alone: no token, no network, no model. The same prompt always gives
 * the same picture.
 */
export class LocalGenerator implements Generator {
  /** Changes with everything that changes the pictures. */
  static readonly VARIANT = 'local-3';

  constructor(private readonly options: LocalGeneratorOptions) {
    // several pictures at once are made by several workers; one of them needs one thread
    sharp.concurrency(1);
    sharp.cache(false);
  }

  /**
   * Draws one picture and drops it.
   *
   * @throws Error where a library or a font is missing or broken
   */
  static async prove(): Promise<void> {
    await encode(await drawMeme('ready', 64));
  }

  variant(): string {
    return LocalGenerator.VARIANT;
  }

  async generate(request: MemeRequest, signal: AbortSignal): Promise<Picture> {
    const started = performance.now();
    const bytes = await encode(await drawMeme(request.prompt, pictureSize(request)));
    await sleep(this.options.leastSeconds * 1000 - (performance.now() - started), signal);
    signal.throwIfAborted();
    return { bytes, mimeType: 'image/jpeg' };
  }
}

function encode(svg: string): Promise<Buffer> {
  return sharp(Buffer.from(svg))
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: JPEG_QUALITY })
    .toBuffer();
}

/** The whole meme as an SVG document of the given edge length in pixels. */
export async function drawMeme(prompt: string, size: number): Promise<string> {
  const normal = prompt
    .normalize('NFC')
    .trim()
    .replace(/[^\S\n]+/g, ' ');
  const hash = createHash('sha256').update(normal.toLowerCase()).digest();
  const scene = drawScene(normal, new Random(hash.readUInt32BE(0)));
  const { top, bottom } = splitPrompt(normal);
  const captions = await Promise.all([
    ...(top ? [setCaption(top, { size, edge: 'top' })] : []),
    ...(bottom ? [setCaption(bottom, { size, edge: 'bottom' })] : []),
  ]);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}">` +
    `<g transform="scale(${size / 100})">${scene}</g>` +
    captions.map(drawCaption).join('') +
    '</svg>'
  );
}

/** Black outline first, white type over it: the outline must not eat into the letters. */
function drawCaption(caption: Caption): string {
  const width = (caption.fontSize * OUTLINE).toFixed(1);
  return (
    `<path d="${caption.path}" fill="#000000" stroke="#000000" stroke-width="${width}" ` +
    `stroke-linejoin="round"/><path d="${caption.path}" fill="#ffffff"/>` +
    caption.emoji
  );
}
