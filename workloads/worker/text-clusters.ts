import { findEmoji, isPicture } from './emoji';
import { findGlyph } from './fonts';
import { ScriptFontChoice, type ScriptFont } from './script-fonts';

/** How a cluster is drawn. */
export type Style =
  /** Letter by letter in the poster faces: Latin, Cyrillic and Greek. */
  | { readonly kind: 'letters' }
  /** Shaped together with its neighbours of the same font. */
  | { readonly kind: 'shaped'; readonly font: ScriptFont }
  /** One drawing in SVG. */
  | { readonly kind: 'emoji'; readonly drawing: string }
  /** Nothing here can draw it. */
  | { readonly kind: 'missing' };

/** What a reader sees as one character, for example a letter with its accents or a family emoji. */
export interface Cluster {
  readonly text: string;
  /** Place in the whole text, in UTF-16 units. */
  readonly start: number;
  readonly style: Style;
}

/** Characters without a look of their own: joiners, direction marks, variation selectors. */
export const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

const LETTERS: Style = { kind: 'letters' };
const MISSING: Style = { kind: 'missing' };
/** The scripts of the poster faces, and characters that all scripts share. */
const POSTER_SCRIPTS =
  /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Common}\p{Script=Inherited}]+$/u;

const POSTER_LETTER = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u;
/** After a joiner and a flag's letter, before a skin tone and the tags of a region's flag. */
const EMOJI_PIECES =
  /(?<=[\u200d\p{Regional_Indicator}])|(?=[\p{Emoji_Modifier}\u{e0020}-\u{e007f}])/u;
/** More than any emoji has, and few enough to try all. */
const MAX_EMOJI_PIECES = 10;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Splits a text into clusters and chooses for each how it is drawn. */
export function splitClusters(text: string): Cluster[] {
  const fonts = new ScriptFontChoice(text);
  const shaped = new Map<ScriptFont, Style>();
  const clusters: Cluster[] = [];
  let previous: ScriptFont | undefined;
  const add = (part: string, start: number): void => {
    const style = choose(part);
    previous = style.kind === 'shaped' ? style.font : undefined;
    clusters.push({ text: part, start, style });
  };
  const choose = (part: string): Style => {
    if (isPicture(part)) {
      const drawing = findEmoji(part);
      if (drawing !== undefined) return { kind: 'emoji', drawing };
    }
    if (isPoster(part)) return LETTERS;
    const font = fonts.fontFor(part, previous);
    if (font) {
      const style = shaped.get(font) ?? { kind: 'shaped', font };
      shaped.set(font, style);
      return style;
    }
    const drawing = findEmoji(part);
    return drawing === undefined ? MISSING : { kind: 'emoji', drawing };
  };
  for (const { segment, index } of graphemes.segment(text)) {
    for (const part of partsOf(segment)) add(part.text, index + part.start);
  }
  return clusters;
}

/** Whether the poster faces have all letters of a text, so that nothing has to be shaped. */
export function isPoster(text: string): boolean {
  const visible = text.replace(INVISIBLE, '');
  if (!POSTER_SCRIPTS.test(visible)) return visible === '';
  for (const character of visible) if (findGlyph(character) === undefined) return false;
  return true;
}

interface Part {
  readonly text: string;
  /** Place in the grapheme. */
  readonly start: number;
}

/** The pieces of a grapheme that are chosen for on their own: mostly the grapheme itself. */
function partsOf(grapheme: string): Part[] {
  if (grapheme.length === 1) return [{ text: grapheme, start: 0 }];
  if (isPicture(grapheme)) return splitUnknownEmoji(grapheme);
  if (!POSTER_LETTER.test(grapheme) || isPoster(grapheme)) return [{ text: grapheme, start: 0 }];
  // the poster faces have no accent that is not a part of a letter
  return place([...grapheme]);
}

/** A combination of emoji that has no drawing is shown as its parts, as other programs show it. */
function splitUnknownEmoji(grapheme: string): Part[] {
  const pieces = grapheme.split(EMOJI_PIECES);
  const parts: string[] = [];
  for (let from = 0, to = 0; from < pieces.length; from = to) {
    to = Math.min(pieces.length, from + MAX_EMOJI_PIECES);
    while (to > from + 1 && findEmoji(pieces.slice(from, to).join('')) === undefined) to--;
    parts.push(pieces.slice(from, to).join(''));
  }
  return place(parts);
}

function place(texts: readonly string[]): Part[] {
  let end = 0;
  return texts.map((text) => ({ text, start: (end += text.length) - text.length }));
}
