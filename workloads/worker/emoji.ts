import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assetPath, stagedAssets, type AssetFile } from './asset-path';

/** Edge of the square in which each emoji is drawn. */
export const EMOJI_UNITS = 36;

const PACKAGE = '@twemoji/svg';

/** Licence of the package. The drawings have their own, which the credits name. */
export const EMOJI_LICENCE: AssetFile = { packageName: PACKAGE, file: 'license' };

/** Staged file with all drawings: thousands of small files would make the image slow to unpack. */
export const EMOJI_PACK = 'emoji.txt';

/** Emoji that are drawn as pictures unless the text asks otherwise, and what asks for a picture. */
const PICTURE =
  /^(?:\p{Emoji_Presentation}(?!\ufe0e)|\p{Emoji}(?:\p{Emoji_Modifier}|\ufe0f|\u20e3)|\p{Extended_Pictographic}\u200d)/u;

/** Whether Unicode wants this grapheme as a picture and not as a letter of the text. */
export function isPicture(grapheme: string): boolean {
  return PICTURE.test(grapheme);
}

let drawings: ReadonlyMap<string, Buffer> | undefined;

/**
 * The drawing of a grapheme: families, flags and skin tones are one drawing each.
 *
 * @returns SVG elements in a square of {@link EMOJI_UNITS}, or undefined where there is no drawing
 */
export function findEmoji(grapheme: string): string | undefined {
  drawings ??= readPack();
  return drawings.get(keyOf(grapheme))?.toString();
}

/** One line for each emoji: its code points, a space, its SVG elements. */
export function packEmoji(): string {
  const files = readdirSync(assetPath(PACKAGE, '.')).filter((name) => name.endsWith('.svg'));
  return files
    .sort()
    .map((file) => {
      const svg = readFileSync(assetPath(PACKAGE, file), 'utf8').replace(/\s*\n\s*/g, ' ');
      const elements = svg.replace(/^.*?<svg[^>]*>|<\/svg>\s*$/g, '');
      const key = file.slice(0, -'.svg'.length).replaceAll('-fe0f', '');
      return `${key} ${withOwnIds(elements, key)}\n`;
    })
    .join('');
}

/** The lines stay bytes until they are asked for: as text they would take twice the memory. */
function readPack(): Map<string, Buffer> {
  const staged = join(stagedAssets(), EMOJI_PACK);
  const pack = existsSync(staged) ? readFileSync(staged) : Buffer.from(packEmoji());
  const lines = new Map<string, Buffer>();
  for (let start = 0; start < pack.length;) {
    const space = pack.indexOf(' ', start);
    const end = pack.indexOf('\n', space);
    lines.set(pack.toString('latin1', start, space), pack.subarray(space + 1, end));
    start = end + 1;
  }
  return lines;
}

/**
 * The code points without the variation selectors, which files and texts may or may not have, and
 * without a joiner that joins nothing.
 */
function keyOf(grapheme: string): string {
  return [...grapheme.replace(/[\ufe0e\ufe0f]|\u200d$/g, '')]
    .map((character) => character.codePointAt(0)!.toString(16))
    .join('-');
}

/** Several drawings and the scene share one document, where an id may occur only once. */
function withOwnIds(elements: string, key: string): string {
  return elements
    .replace(/ id="([^"]+)"/g, ` id="emoji-${key}-$1"`)
    .replace(/url\(#([^)]+)\)/g, `url(#emoji-${key}-$1)`)
    .replace(/href="#([^"]+)"/g, `href="#emoji-${key}-$1"`);
}
