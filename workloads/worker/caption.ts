import { findGlyph, type FontGlyph } from './fonts';

/** A caption set in lines, ready to be drawn. */
export interface Caption {
  /** SVG path data of all glyphs, in pixels. */
  readonly path: string;
  /** Height of a line's type, in pixels; the outline is a share of it. */
  readonly fontSize: number;
}

/** Where a caption may go. */
export interface CaptionBox {
  readonly size: number;
  readonly edge: 'top' | 'bottom';
}

const MARGIN = 0.04;
const LINE_HEIGHT = 1.16;
/** Height of capital letters as a share of the font size; true enough for both families. */
const CAP_HEIGHT = 0.86;
const LARGEST = 0.125;
const SMALLEST = 0.03;
const BOX_HEIGHT = 0.34;

/**
 * Splits a prompt into an upper and a lower caption: at a line break, else at the punctuation mark
 * or the space that is nearest to the middle. A single word goes to the bottom.
 */
export function splitPrompt(prompt: string): { top: string; bottom: string } {
  const text = prompt.normalize('NFC').trim();
  const byLine = text.split(/\s*\n+\s*/);
  if (byLine.length > 1) return { top: byLine[0]!, bottom: byLine.slice(1).join(' ') };
  const words = text.split(/\s+/);
  if (words.length === 1) return { top: '', bottom: text };
  const middle = text.length / 2;
  let best = 1;
  let bestCost = Infinity;
  for (let count = 1, length = 0; count < words.length; count++) {
    length += words[count - 1]!.length + 1;
    const bonus = /[,.;:!?]$/.test(words[count - 1]!) ? text.length / 6 : 0;
    const cost = Math.abs(length - middle) - bonus;
    if (cost < bestCost) [best, bestCost] = [count, cost];
  }
  return { top: words.slice(0, best).join(' '), bottom: words.slice(best).join(' ') };
}

/**
 * Sets a text in capitals, as large as its box allows. Text that does not fit at the smallest size
 * ends with an ellipsis.
 */
export function setCaption(text: string, box: CaptionBox): Caption {
  const capitals = text.toLocaleUpperCase('en').replace(/[\u200d\ufe0e\ufe0f]/g, '');
  const width = box.size * (1 - 2 * MARGIN);
  const height = box.size * BOX_HEIGHT;
  let share = LARGEST;
  let lines = breakLines(capitals, width / (box.size * share));
  while (lines.length * LINE_HEIGHT * box.size * share > height && share > SMALLEST) {
    share = Math.max(SMALLEST, share * 0.9);
    lines = breakLines(capitals, width / (box.size * share));
  }
  const fontSize = box.size * share;
  const fitting = Math.max(1, Math.floor(height / (LINE_HEIGHT * fontSize)));
  if (lines.length > fitting) lines = [...lines.slice(0, fitting - 1), `${lines[fitting - 1]}…`];
  return { path: drawLines(lines, fontSize, box), fontSize };
}

/** Breaks at spaces, and within a word only where the word alone is too long for a line. */
function breakLines(text: string, maxWidth: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((each) => breakWord(each, maxWidth))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && measure(longer) > maxWidth) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return line === '' ? lines : [...lines, line];
}

function breakWord(word: string, maxWidth: number): string[] {
  if (measure(word) <= maxWidth) return [word];
  const parts: string[] = [];
  let part = '';
  for (const character of word) {
    if (part !== '' && measure(part + character) > maxWidth) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return [...parts, part];
}

function measure(text: string): number {
  let width = 0;
  for (const character of text) width += advanceOf(character);
  return width;
}

function advanceOf(character: string): number {
  return findGlyph(character)?.advance ?? BOX_ADVANCE;
}

function drawLines(lines: readonly string[], fontSize: number, box: CaptionBox): string {
  const margin = box.size * MARGIN;
  const step = fontSize * LINE_HEIGHT;
  const first =
    box.edge === 'top'
      ? margin + fontSize * CAP_HEIGHT
      : box.size - margin - step * (lines.length - 1);
  return lines
    .map((line, index) => {
      const x = (box.size - measure(line) * fontSize) / 2;
      return drawLine(line, x, first + index * step, fontSize);
    })
    .join('');
}

function drawLine(line: string, left: number, baseline: number, fontSize: number): string {
  let x = left;
  let path = '';
  for (const character of line) {
    const found = findGlyph(character);
    path += found
      ? drawGlyph(found, x, baseline, fontSize)
      : drawMissing(character, x, baseline, fontSize);
    x += advanceOf(character) * fontSize;
  }
  return path;
}

/** Made from the outline of a font size of one: having the font do it costs five times as much. */
function drawGlyph(glyph: FontGlyph, left: number, baseline: number, fontSize: number): string {
  let path = '';
  for (const { command, points } of glyph.outline) {
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

const BOX_ADVANCE = 0.72;

/** A frame with the code point in it, for characters that no font here has. */
function drawMissing(character: string, left: number, baseline: number, fontSize: number): string {
  const width = fontSize * (BOX_ADVANCE - 0.1);
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
    const start = x + (width - measure(digits) * small) / 2;
    return path + drawLine(digits, start, baseline - height * (row === 0 ? 0.55 : 0.12), small);
  }, frame);
}
