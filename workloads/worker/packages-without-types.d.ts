declare module 'harfbuzzjs/hb.js' {
  /** The compiled HarfBuzz; only `hbjs.js` looks into it. */
  export type HarfBuzzModule = Readonly<Record<string, unknown>>;

  // eslint-disable-next-line no-restricted-exports -- the package has no other export
  export default function createHarfBuzz(options: {
    readonly wasmBinary: Uint8Array;
  }): Promise<HarfBuzzModule>;
}

declare module 'harfbuzzjs/hbjs.js' {
  import { type HarfBuzzModule } from 'harfbuzzjs/hb.js';

  export interface HarfBuzzBlob {
    destroy(): void;
  }

  export interface HarfBuzzFace {
    readonly upem: number;
    destroy(): void;
  }

  export interface HarfBuzzFont {
    setVariations(axes: Readonly<Record<string, number>>): void;
    /** Steps of the outline in font units, y upwards. */
    glyphToJson(glyph: number): { readonly type: string; readonly values: readonly number[] }[];
    destroy(): void;
  }

  export interface HarfBuzzBuffer {
    addText(text: string): void;
    guessSegmentProperties(): void;
    setDirection(direction: 'ltr' | 'rtl'): void;
    setClusterLevel(level: number): void;
    setFlags(flags: readonly string[]): void;
    getGlyphInfosAndPositions(): {
      /** The glyph's number in its font. */
      readonly codepoint: number;
      /** Where the text of the glyph starts, in UTF-16 units. */
      readonly cluster: number;
      readonly x_advance: number;
      readonly x_offset: number;
      readonly y_offset: number;
    }[];
    destroy(): void;
  }

  export interface HarfBuzz {
    createBlob(bytes: Uint8Array): HarfBuzzBlob;
    createFace(blob: HarfBuzzBlob, index: number): HarfBuzzFace;
    createFont(face: HarfBuzzFace): HarfBuzzFont;
    createBuffer(): HarfBuzzBuffer;
    shape(font: HarfBuzzFont, buffer: HarfBuzzBuffer): void;
  }

  // eslint-disable-next-line no-restricted-exports -- the package has no other export
  export default function wrap(module: HarfBuzzModule): HarfBuzz;
}
