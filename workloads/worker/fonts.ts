import { readFileSync } from 'node:fs';
import { parse, type Font, type Glyph } from 'opentype.js';
import { assetPath, type AssetFile } from './asset-path';

/**
 * The font files, in the order in which they are asked for a character: a narrow poster face first,
 * then a heavy face for the scripts it lacks.
 */
const FONTS = [
  { packageName: '@fontsource/anton', file: 'files/anton-latin-400-normal.woff' },
  { packageName: '@fontsource/anton', file: 'files/anton-latin-ext-400-normal.woff' },
  { packageName: '@fontsource/anton', file: 'files/anton-vietnamese-400-normal.woff' },
  { packageName: '@fontsource/noto-sans', file: 'files/noto-sans-cyrillic-900-normal.woff' },
  { packageName: '@fontsource/noto-sans', file: 'files/noto-sans-greek-900-normal.woff' },
  { packageName: '@fontsource/noto-sans', file: 'files/noto-sans-cyrillic-ext-900-normal.woff' },
  { packageName: '@fontsource/noto-sans', file: 'files/noto-sans-greek-ext-900-normal.woff' },
] as const;

/** All files that drawing these characters needs, with the licences of the fonts. */
export const POSTER_FONT_FILES: readonly AssetFile[] = [
  ...FONTS,
  ...[...new Set(FONTS.map(({ packageName }) => packageName))].map((packageName) => ({
    packageName,
    file: 'LICENSE',
  })),
];

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
  for (let index = 0; index < FONTS.length; index++) {
    const font = (fonts[index] ??= load(FONTS[index]!));
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

function load({ packageName, file }: AssetFile): Font {
  const bytes = readFileSync(assetPath(packageName, file));
  return parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
