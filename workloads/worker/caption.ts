import { baselinesOf, breakLines, CAP_HEIGHT, extentOf, heightOf } from './caption-lines';
import { EMOJI_UNITS } from './emoji';
import { findGlyph, type OutlineStep } from './fonts';
import { breaksWithin } from './line-breaks';
import { layOut, MISSING_ADVANCE, type Mark } from './text-layout';

/** A caption set in lines, ready to be drawn. */
export interface Caption {
  /** SVG path data of all glyphs, in pixels. */
  readonly path: string;
  /** SVG elements of the emoji, which get no outline. */
  readonly emoji: string;
  /** Height of a line's type, in pixels; the outline is a share of it. */
  readonly fontSize: number;
}

/** Where a caption may go. */
export interface CaptionBox {
  readonly size: number;
  readonly edge: 'top' | 'bottom';
}

const MARGIN = 0.04;
const LARGEST = 0.125;
const SMALLEST = 0.03;
const BOX_HEIGHT = 0.34;
const MIN_SPLIT_LENGTH = 8;

/**
 * Splits a prompt into an upper and a lower caption: at a line break, else at the punctuation mark
 * or the end of a word that is nearest to the middle. A single word goes to the bottom.
 */
export function splitPrompt(prompt: string): { top: string; bottom: string } {
  const text = prompt.normalize('NFC').trim();
  const byLine = text.split(/\s*\n+\s*/);
  if (byLine.length > 1) return { top: byLine[0]!, bottom: byLine.slice(1).join(' ') };
  const { words, space } = splitWords(text);
  if (words.length === 1) return { top: '', bottom: text };
  const middle = text.length / 2;
  let best = 1;
  let bestCost = Infinity;
  for (let count = 1, length = 0; count < words.length; count++) {
    length += words[count - 1]!.length + space.length;
    const bonus = /[,.;:!?،؟؛।、。！？，]$/.test(words[count - 1]!) ? text.length / 6 : 0;
    const cost = Math.abs(length - middle) - bonus;
    if (cost < bestCost) [best, bestCost] = [count, cost];
  }
  return { top: words.slice(0, best).join(space), bottom: words.slice(best).join(space) };
}

/** Texts without spaces are split only where each half is worth a caption. */
function splitWords(text: string): { words: string[]; space: string } {
  const words = text.split(/\s+/);
  if (words.length > 1 || text.length < MIN_SPLIT_LENGTH) return { words, space: ' ' };
  const places = [0, ...breaksWithin(text)];
  return { words: places.map((place, index) => text.slice(place, places[index + 1])), space: '' };
}

/**
 * Sets a text in capitals, as large as its box allows. Text that does not fit at the smallest size
 * ends with an ellipsis.
 */
export async function setCaption(text: string, box: CaptionBox): Promise<Caption> {
  const capitals = text.toLocaleUpperCase('en').replace(/\s+/g, ' ').trim();
  const layout = await layOut(capitals);
  const width = box.size * (1 - 2 * MARGIN);
  const height = box.size * BOX_HEIGHT;
  let share = LARGEST;
  let lines = breakLines(layout.clusters, width / (box.size * share));
  while (heightOf(lines) * box.size * share > height && share > SMALLEST) {
    share = Math.max(SMALLEST, share * 0.9);
    lines = breakLines(layout.clusters, width / (box.size * share));
  }
  const fontSize = box.size * share;
  let fitting = lines.length;
  while (fitting > 1 && heightOf(lines.slice(0, fitting)) * fontSize > height) fitting--;
  const rows = lines.slice(0, fitting).map(({ from, to }, index) => {
    const isCut = index === fitting - 1 && fitting < lines.length;
    return layout.marks(from, to, isCut ? '…' : '');
  });
  return { ...drawRows(rows, fontSize, box), fontSize };
}

function drawRows(
  rows: readonly (readonly Mark[])[],
  fontSize: number,
  box: CaptionBox,
): { path: string; emoji: string } {
  // letters may take other forms at the ends of a line than they had when the lines were broken
  const extents = rows.map(extentOf);
  const places = baselinesOf(extents).map((place) => place * fontSize);
  const margin = box.size * MARGIN;
  const first =
    box.edge === 'top'
      ? margin + (extents[0]?.above ?? 0) * fontSize
      : box.size - margin - (extents.at(-1)?.below ?? 0) * fontSize - (places.at(-1) ?? 0);
  let [path, emoji] = ['', ''];
  rows.forEach((marks, row) => {
    const width = marks.reduce((sum, { advance }) => sum + advance, 0);
    let x = (box.size - width * fontSize) / 2;
    for (const mark of marks) {
      const left = x + (mark.right ?? 0) * fontSize;
      const baseline = first + places[row]! + (mark.down ?? 0) * fontSize;
      if (mark.outline) path += drawOutline(mark.outline, left, baseline, fontSize);
      else if (mark.drawing !== undefined) emoji += drawEmoji(mark, left, baseline, fontSize);
      else if (mark.missing !== undefined)
        path += drawMissing(mark.missing, left, baseline, fontSize);
      x += mark.advance * fontSize;
    }
  });
  return { path, emoji };
}

/** Made from the outline of a font size of one: having the font do it costs five times as much. */
function drawOutline(
  outline: readonly OutlineStep[],
  left: number,
  baseline: number,
  fontSize: number,
): string {
  let path = '';
  for (const { command, points } of outline) {
    path += command;
    for (let index = 0; index < points.length; index += 2) {
      const x = left + points[index]! * fontSize;
      const y = baseline + points[index + 1]! * fontSize;
      // a tenth of a pixel is finer than what can be seen
      path += `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10} `;
    }
  }
  return path;
}

function drawEmoji(
  { drawing, advance }: Mark,
  left: number,
  bottom: number,
  fontSize: number,
): string {
  const x = left + ((advance - 1) / 2) * fontSize;
  return (
    `<g transform="translate(${x.toFixed(1)} ${(bottom - fontSize).toFixed(1)}) ` +
    `scale(${(fontSize / EMOJI_UNITS).toFixed(4)})">${drawing}</g>`
  );
}

/** A frame with the code point in it, for characters that no font here has. */
function drawMissing(character: string, left: number, baseline: number, fontSize: number): string {
  const width = fontSize * (MISSING_ADVANCE - 0.1);
  const height = fontSize * CAP_HEIGHT;
  const x = left + fontSize * 0.05;
  const inner = fontSize * 0.05;
  // the inner rectangle runs the other way round, so that it is a hole
  const frame =
    `M${x} ${baseline}v${-height}h${width}v${height}z` +
    `M${x + inner} ${baseline - inner}h${width - 2 * inner}v${2 * inner - height}` +
    `h${2 * inner - width}z`;
  const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  const half = Math.ceil(code.length / 2);
  const small = fontSize * 0.34;
  return [code.slice(0, half), code.slice(half)].reduce((path, digits, row) => {
    const glyphs = [...digits].map((digit) => findGlyph(digit)!);
    const digitsWidth = glyphs.reduce((sum, { advance }) => sum + advance, 0);
    let place = x + (width - digitsWidth * small) / 2;
    const level = baseline - height * (row === 0 ? 0.55 : 0.12);
    for (const glyph of glyphs) {
      path += drawOutline(glyph.outline, place, level, small);
      place += glyph.advance * small;
    }
    return path;
  }, frame);
}
