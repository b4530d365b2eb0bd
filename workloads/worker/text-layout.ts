import bidiFactory, { type Bidi, type EmbeddingLevels } from 'bidi-js';
import { findGlyph, type OutlineStep } from './fonts';
import { breaksWithin } from './line-breaks';
import { noteAbsent, type ScriptFont } from './script-fonts';
import { Shaper } from './shaper';
import { INVISIBLE, isPoster, splitClusters, type Cluster, type Style } from './text-clusters';

/** One mark on a line. Lengths are shares of the font size. */
export interface Mark {
  readonly advance: number;
  /** Where the mark is drawn, from the place that the advances before it lead to. */
  readonly right?: number;
  readonly down?: number;
  /** Extent above and below the baseline where it is more than a capital letter's. */
  readonly above?: number;
  readonly below?: number;
  readonly outline?: readonly OutlineStep[];
  /** SVG elements of an emoji, in a square of `EMOJI_UNITS`. */
  readonly drawing?: string;
  /** A character that has no glyph. */
  readonly missing?: string;
}

/** A cluster with what the breaking of lines needs to know. */
export interface SizedCluster {
  readonly text: string;
  readonly advance: number;
  /** Extent above and below the baseline where it is more than a capital letter's. */
  readonly above: number;
  readonly below: number;
  /** Whether a line may start with it though there is no space before. */
  readonly mayStartLine: boolean;
}

export const EMOJI_ADVANCE = 1.08;
export const MISSING_ADVANCE = 0.72;
/** The drawings are as high as a line of capital letters, and centred on it. */
const EMOJI_BELOW = 0.07;

/** A text with its glyphs: clusters to break lines between, and the marks of each line. */
export interface TextLayout {
  readonly clusters: readonly SizedCluster[];
  /** The marks of the clusters `from` up to, but not with, `to`, from left to right. */
  marks(from: number, to: number, ending?: string): Mark[];
}

/**
 * Lays out a text of one paragraph.
 *
 * @param text with single spaces and no line breaks
 */
export async function layOut(text: string): Promise<TextLayout> {
  return isPoster(text) ? new PosterText(text) : await ShapedText.load(text);
}

/** Text in the poster faces: a glyph for each character, from left to right. */
class PosterText implements TextLayout {
  readonly clusters: readonly SizedCluster[];
  private readonly glyphs: readonly Mark[];

  constructor(text: string) {
    const characters = [...text.replace(INVISIBLE, '')];
    this.glyphs = characters.map((character) => findGlyph(character)!);
    this.clusters = characters.map((character, index) => ({
      text: character,
      advance: this.glyphs[index]!.advance,
      above: 0,
      below: 0,
      mayStartLine: false,
    }));
  }

  marks(from: number, to: number, ending = ''): Mark[] {
    return [...this.glyphs.slice(from, to), ...letterMarks(ending)];
  }
}

/** Clusters of one style and direction, which are drawn together. */
interface Run {
  readonly from: number;
  readonly to: number;
  readonly style: Style;
  readonly rightToLeft: boolean;
}

/** Text with other scripts or emoji: by runs, in the order of the bidirectional algorithm. */
class ShapedText implements TextLayout {
  readonly clusters: readonly SizedCluster[];

  static async load(text: string): Promise<ShapedText> {
    for (;;) {
      const parts = splitClusters(text);
      const fonts = parts.flatMap(({ style }) => (style.kind === 'shaped' ? [style.font] : []));
      const shaper = fonts.length > 0 ? await Shaper.load(new Set(fonts)) : undefined;
      const lacking = parts.filter(
        ({ style, text: part }) => style.kind === 'shaped' && shaper!.lacks(part, style.font),
      );
      // each turn rules out a font for a character, so it ends
      if (lacking.length === 0) return new ShapedText(text, parts, shaper);
      for (const { text: part, style } of lacking) {
        if (style.kind === 'shaped') noteAbsent(part, style.font);
      }
    }
  }

  private readonly levels: EmbeddingLevels;

  private constructor(
    private readonly text: string,
    private readonly parts: readonly Cluster[],
    private readonly shaper: Shaper | undefined,
  ) {
    this.levels = bidi().getEmbeddingLevels(text);
    this.clusters = this.measure();
  }

  marks(from: number, to: number, ending = ''): Mark[] {
    if (from >= to) return letterMarks(ending);
    const start = this.parts[from]!.start;
    const end = this.endOf(to - 1);
    const runs = this.runs(from, to);
    const order = bidi().getReorderedIndices(this.text, this.levels, start, end - 1);
    // a run has one direction, so its characters stay together
    const rank = new Map(order.map((character, place) => [character, place]));
    const placeOf = ({ from: first }: Run): number => rank.get(this.parts[first]!.start)!;
    runs.sort((a, b) => placeOf(a) - placeOf(b));
    const marks = runs.flatMap((run) => this.drawRun(run).map(({ mark }) => mark));
    const rightToLeft = this.levels.paragraphs[0]!.level % 2 === 1;
    return rightToLeft ? [...letterMarks(ending), ...marks] : [...marks, ...letterMarks(ending)];
  }

  private endOf(part: number): number {
    return this.parts[part]!.start + this.parts[part]!.text.length;
  }

  private runs(from: number, to: number): Run[] {
    const runs: Run[] = [];
    for (let first = from; first < to;) {
      const { style } = this.parts[first]!;
      const level = this.levelOf(first);
      let next = first + 1;
      while (next < to && this.parts[next]!.style === style && this.levelOf(next) === level) next++;
      runs.push({ from: first, to: next, style, rightToLeft: level % 2 === 1 });
      first = next;
    }
    return runs;
  }

  private levelOf(part: number): number {
    return this.levels.levels[this.parts[part]!.start]!;
  }

  /** The marks of a run from left to right, each with the cluster it is of. */
  private drawRun(run: Run): { mark: Mark; part: number }[] {
    const { from, to, style, rightToLeft } = run;
    if (style.kind === 'shaped') return this.shapeRun(run, style.font);
    const parts = Array.from({ length: to - from }, (_, index) => from + index);
    if (rightToLeft) parts.reverse();
    return parts.flatMap((part) => {
      const { text } = this.parts[part]!;
      const drawn = rightToLeft ? mirror(text) : text;
      return marksOf(style, drawn).map((mark) => ({ mark, part }));
    });
  }

  private shapeRun({ from, to, rightToLeft }: Run, font: ScriptFont) {
    const start = this.parts[from]!.start;
    const glyphs = this.shaper!.shape(
      this.text.slice(start, this.endOf(to - 1)),
      font,
      rightToLeft,
    );
    return glyphs.map((glyph) => {
      const part = this.partAt(start + glyph.start, from, to);
      if (glyph.id === 0) {
        const missing = String.fromCodePoint(this.text.codePointAt(start + glyph.start)!);
        return { mark: { advance: MISSING_ADVANCE, missing }, part };
      }
      const { advance, right, down, shape } = glyph;
      const [above, below] = [shape.above - down, shape.below + down];
      return { mark: { advance, right, down, above, below, outline: shape.outline }, part };
    });
  }

  /** The cluster that has the character at a place of the text. */
  private partAt(place: number, from: number, to: number): number {
    let part = from;
    while (part + 1 < to && this.parts[part + 1]!.start <= place) part++;
    return part;
  }

  private measure(): SizedCluster[] {
    const sizes = this.parts.map(({ text }) => ({ text, advance: 0, above: 0, below: 0 }));
    for (const run of this.runs(0, this.parts.length)) {
      for (const { mark, part } of this.drawRun(run)) {
        const size = sizes[part]!;
        size.advance += mark.advance;
        size.above = Math.max(size.above, mark.above ?? 0);
        size.below = Math.max(size.below, mark.below ?? 0);
      }
    }
    const breaks = this.findBreaks();
    return sizes.map((size, index) => ({
      ...size,
      mayStartLine: breaks.has(this.parts[index]!.start),
    }));
  }

  private findBreaks(): Set<number> {
    const places = new Set<number>();
    for (const { 0: word, index } of this.text.matchAll(/\S+/g)) {
      for (const place of breaksWithin(word)) places.add(index + place);
    }
    return places;
  }
}

function marksOf(style: Style, text: string): Mark[] {
  if (style.kind === 'emoji') {
    return [{ advance: EMOJI_ADVANCE, down: EMOJI_BELOW, drawing: style.drawing }];
  }
  if (style.kind === 'letters') return letterMarks(text);
  return [...text.replace(INVISIBLE, '')].map((missing) => ({
    advance: MISSING_ADVANCE,
    missing,
  }));
}

function letterMarks(text: string): Mark[] {
  return [...text.replace(INVISIBLE, '')].flatMap((character) => findGlyph(character) ?? []);
}

function mirror(text: string): string {
  return [...text].map((character) => bidi().getMirroredCharacter(character) ?? character).join('');
}

let bidiInstance: Bidi | undefined;

function bidi(): Bidi {
  return (bidiInstance ??= bidiFactory());
}
