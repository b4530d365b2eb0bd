import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, type Font, type Glyph } from 'opentype.js';

/**
 * The font files, in the order in which they are asked for a character: a narrow poster face first,
 * then a heavy face for the scripts it lacks.
 */
export const FONT_FILES = [
  '@fontsource/anton/files/anton-latin-400-normal.woff',
  '@fontsource/anton/files/anton-latin-ext-400-normal.woff',
  '@fontsource/anton/files/anton-vietnamese-400-normal.woff',
  '@fontsource/noto-sans/files/noto-sans-cyrillic-900-normal.woff',
  '@fontsource/noto-sans/files/noto-sans-greek-900-normal.woff',
  '@fontsource/noto-sans/files/noto-sans-cyrillic-ext-900-normal.woff',
  '@fontsource/noto-sans/files/noto-sans-greek-ext-900-normal.woff',
] as const;

/** One step of an outline: an SVG path command with its points, x and y in turns. */
export interface OutlineStep {
  readonly command: string;
  readonly points: readonly number[];
}

/** A character as a font draws it. */
export interface FontGlyph {
  /** Outline at a font size of one, with its baseline at zero. */
  readonly outline: readonly OutlineStep[];
  /** Advance width as a share of the font size. */
  readonly advance: number;
}

const fonts: Font[] = [];
const glyphs = new Map<string, FontGlyph | undefined>();

/**
 * The glyph of a character from the first font that has it. Fonts are read when they are needed:
 * most captions need only the first.
 *
 * @returns undefined where no font has the character
 */
export function findGlyph(character: string): FontGlyph | undefined {
  if (glyphs.has(character)) return glyphs.get(character);
  const found = lookUp(character);
  glyphs.set(character, found);
  return found;
}

function lookUp(character: string): FontGlyph | undefined {
  for (let index = 0; index < FONT_FILES.length; index++) {
    const font = (fonts[index] ??= load(FONT_FILES[index]!));
    // index 0 is the box that a font draws for what it lacks
    if (font.charToGlyphIndex(character) === 0) continue;
    const glyph = font.charToGlyph(character);
    return { outline: outlineOf(glyph), advance: (glyph.advanceWidth ?? 0) / font.unitsPerEm };
  }
  return undefined;
}

function outlineOf(glyph: Glyph): OutlineStep[] {
  return glyph.getPath(0, 0, 1).commands.map((step) => {
    const fields = step as unknown as Readonly<Record<string, number | undefined>>;
    const points = ['x1', 'y1', 'x2', 'y2', 'x', 'y'].map((name) => fields[name]);
    return { command: step.type, points: points.filter((value) => value !== undefined) };
  });
}

function load(file: string): Font {
  const bytes = readFileSync(locate(file));
  return parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** In the image the files lie beside the program, in a checkout in their packages. */
function locate(file: string): string {
  const staged = join(__dirname, 'fonts', file.split('/').at(-1)!);
  if (existsSync(staged)) return staged;
  const [scope, name, ...rest] = file.split('/');
  return join(dirname(require.resolve(`${scope}/${name}/package.json`)), ...rest);
}
