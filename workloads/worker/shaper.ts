import { readFile } from 'node:fs/promises';
import { type HarfBuzz, type HarfBuzzFont } from 'harfbuzzjs/hbjs.js';
import { assetPath, type AssetFile } from './asset-path';
import { type OutlineStep } from './fonts';
import { type ScriptFont } from './script-fonts';

/** A glyph as HarfBuzz places it. Lengths are shares of the font size. */
export interface ShapedGlyph {
  /** Number of the glyph in its font; 0 is the box for what the font lacks. */
  readonly id: number;
  /** Where the glyph's text starts in the text that was shaped. */
  readonly start: number;
  readonly advance: number;
  readonly right: number;
  readonly down: number;
  readonly shape: GlyphShape;
}

/** A glyph's outline at a font size of one with its baseline at zero, y downwards. */
export interface GlyphShape {
  readonly outline: readonly OutlineStep[];
  /** Extent above and below the baseline. */
  readonly above: number;
  readonly below: number;
}

interface LoadedFont {
  readonly font: HarfBuzzFont;
  readonly unitsPerEm: number;
  /** Whether the font has no glyph, by character. */
  readonly absence: Map<string, boolean>;
}

const WASM = { packageName: 'harfbuzzjs', file: 'hb.wasm' } as const;

/** All files that shaping needs besides the fonts. */
export const SHAPER_FILES: readonly AssetFile[] = [
  WASM,
  { packageName: WASM.packageName, file: 'LICENSE' },
];

/** As heavy as the faces of the other scripts. */
const WEIGHT = 900;

/** HarfBuzz' level at which a mark keeps its own place in the text. */
const MONOTONE_CHARACTERS = 1;

let engine: Promise<HarfBuzz> | undefined;
/** Never emptied: all fonts together take 40 MB, and loading them again and again takes more. */
const loading = new Map<string, Promise<LoadedFont>>();

/** Shapes one text with fonts that are in memory. */
export class Shaper {
  // not kept for the next text: outlines take many times as much memory as their font
  private readonly shapes = new Map<LoadedFont, Map<number, GlyphShape>>();

  private constructor(
    private readonly hb: HarfBuzz,
    private readonly fonts: ReadonlyMap<string, LoadedFont>,
  ) {}

  /** Loads what is not in memory yet. HarfBuzz itself comes with the first font. */
  static async load(fonts: Iterable<ScriptFont>): Promise<Shaper> {
    engine ??= loadHarfBuzz();
    const hb = await engine;
    const entries = [...fonts].map(async (font) => [font.file, await fontOf(hb, font)] as const);
    return new Shaper(hb, new Map(await Promise.all(entries)));
  }

  /** Whether a font has no glyph for the first character of a text. */
  lacks(text: string, font: ScriptFont): boolean {
    const first = String.fromCodePoint(text.codePointAt(0)!);
    const { absence } = this.fonts.get(font.file)!;
    let lacks = absence.get(first);
    if (lacks === undefined) {
      lacks = this.shape(first, font, false).some(({ id }) => id === 0);
      absence.set(first, lacks);
    }
    return lacks;
  }

  /**
   * @param rightToLeft direction of the text; the glyphs come from left to right in either case
   */
  shape(text: string, { file }: ScriptFont, rightToLeft: boolean): ShapedGlyph[] {
    const loaded = this.fonts.get(file)!;
    const buffer = this.hb.createBuffer();
    buffer.addText(text);
    buffer.guessSegmentProperties();
    buffer.setDirection(rightToLeft ? 'rtl' : 'ltr');
    buffer.setClusterLevel(MONOTONE_CHARACTERS);
    buffer.setFlags(['REMOVE_DEFAULT_IGNORABLES']);
    this.hb.shape(loaded.font, buffer);
    const glyphs = buffer.getGlyphInfosAndPositions().map((glyph) => ({
      id: glyph.codepoint,
      start: glyph.cluster,
      advance: glyph.x_advance / loaded.unitsPerEm,
      right: glyph.x_offset / loaded.unitsPerEm,
      down: -glyph.y_offset / loaded.unitsPerEm,
      shape: this.shapeOf(loaded, glyph.codepoint),
    }));
    buffer.destroy();
    return glyphs;
  }

  private shapeOf(loaded: LoadedFont, glyph: number): GlyphShape {
    const shapes = this.shapes.get(loaded) ?? new Map<number, GlyphShape>();
    this.shapes.set(loaded, shapes);
    const shape = shapes.get(glyph) ?? outlineOf(loaded, glyph);
    shapes.set(glyph, shape);
    return shape;
  }
}

async function fontOf(hb: HarfBuzz, font: ScriptFont): Promise<LoadedFont> {
  const { file } = font;
  const promise = loading.get(file) ?? loadFont(hb, font);
  loading.set(file, promise);
  try {
    return await promise;
  } catch (error) {
    // the file may be readable later
    loading.delete(file);
    throw error;
  }
}

/** This is the last version in CommonJS: later ones await at the top level, which no bundle here can. */
async function loadHarfBuzz(): Promise<HarfBuzz> {
  const { default: create } = await import('harfbuzzjs/hb.js');
  const { default: wrap } = await import('harfbuzzjs/hbjs.js');
  return wrap(await create({ wasmBinary: await readFile(assetPath(WASM.packageName, WASM.file)) }));
}

async function loadFont(hb: HarfBuzz, { packageName, file }: ScriptFont): Promise<LoadedFont> {
  const { default: decompress } = await import('woff2-encoder/decompress');
  const blob = hb.createBlob(await decompress(await readFile(assetPath(packageName, file))));
  const face = hb.createFace(blob, 0);
  const font = hb.createFont(face);
  font.setVariations({ wght: WEIGHT });
  const { upem: unitsPerEm } = face;
  // HarfBuzz counts references: the font keeps its face, and the face its blob
  face.destroy();
  blob.destroy();
  return { font, unitsPerEm, absence: new Map() };
}

function outlineOf({ font, unitsPerEm }: LoadedFont, glyph: number): GlyphShape {
  let [above, below] = [0, 0];
  const outline = font.glyphToJson(glyph).map(({ type, values }) => {
    const points = values.map((value, index) => (index % 2 ? -value : value) / unitsPerEm);
    for (let index = 1; index < points.length; index += 2) {
      above = Math.max(above, -points[index]!);
      below = Math.max(below, points[index]!);
    }
    return { command: type, points };
  });
  return { outline, above, below };
}
