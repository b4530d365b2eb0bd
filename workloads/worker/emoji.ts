import { readdirSync, readFileSync } from 'node:fs';
import { assetPath, type AssetFile } from './asset-path';

/** The emoji as drawings: one SVG file for each, named by its code points. */
const EMOJI_PACKAGE = '@twemoji/svg';

/** Edge of the square in which each drawing is made. */
export const EMOJI_UNITS = 36;

/** Emoji that are drawn as pictures unless the text asks otherwise, and what asks for a picture. */
const PICTURE =
  /^(?:\p{Emoji_Presentation}(?!\ufe0e)|\p{Emoji}(?:\p{Emoji_Modifier}|\ufe0f|\u20e3)|\p{Extended_Pictographic}\u200d)/u;

/** Whether Unicode wants this grapheme as a picture and not as a letter of the text. */
export function isPicture(grapheme: string): boolean {
  return PICTURE.test(grapheme);
}

/** All files that drawing emoji needs. */
export function emojiFiles(): AssetFile[] {
  fileNames ??= listFiles();
  return [...fileNames.values()].map((file) => ({ packageName: EMOJI_PACKAGE, file }));
}

let fileNames: ReadonlyMap<string, string> | undefined;
const drawings = new Map<string, string>();

/**
 * The drawing of a grapheme: families, flags and skin tones are one drawing each.
 *
 * @returns SVG elements in a square of {@link EMOJI_UNITS}, or undefined where there is no drawing
 */
export function findEmoji(grapheme: string): string | undefined {
  fileNames ??= listFiles();
  const file = fileNames.get(keyOf(grapheme));
  if (file === undefined) return undefined;
  const known = drawings.get(file);
  if (known !== undefined) return known;
  const svg = readFileSync(assetPath(EMOJI_PACKAGE, file), 'utf8');
  const drawing = withOwnIds(svg.replace(/^[^]*?<svg[^>]*>|<\/svg>\s*$/g, ''), file);
  drawings.set(file, drawing);
  return drawing;
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

function listFiles(): Map<string, string> {
  const files = readdirSync(assetPath(EMOJI_PACKAGE, '.')).filter((name) => name.endsWith('.svg'));
  return new Map(files.map((name) => [name.slice(0, -4).replace(/-fe0f/g, ''), name]));
}

/** Several drawings and the scene share one document, where an id may occur only once. */
function withOwnIds(drawing: string, file: string): string {
  const prefix = `emoji-${file.slice(0, -4)}-`;
  return drawing
    .replace(/ id="([^"]+)"/g, ` id="${prefix}$1"`)
    .replace(/url\(#([^)]+)\)/g, `url(#${prefix}$1)`)
    .replace(/href="#([^"]+)"/g, `href="#${prefix}$1"`);
}
