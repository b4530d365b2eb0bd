import { SAMPLES } from '../../../docs/scripts';
import { findEmoji } from '../../../workloads/worker/emoji';
import { findGlyph } from '../../../workloads/worker/fonts';
import { layOut, type Mark } from '../../../workloads/worker/text-layout';

// the first text in a script loads its fonts
jest.setTimeout(30_000);

async function marksOf(text: string): Promise<Mark[]> {
  const layout = await layOut(text);
  return layout.marks(0, layout.clusters.length);
}

const outlineOf = async (text: string) => {
  const marks = await marksOf(text);
  expect(marks).toHaveLength(1);
  return marks[0]!.outline;
};

const drawingsOf = async (text: string) => (await marksOf(text)).map(({ drawing }) => drawing);

test.each(SAMPLES.map(({ script, prompt }) => [script, prompt] as const))(
  'draws all of the sample in %s',
  async (_script, prompt) => {
    const marks = await marksOf(prompt.toLocaleUpperCase('en'));
    expect(marks.filter(({ missing }) => missing !== undefined)).toEqual([]);
    expect(marks.length).toBeGreaterThan(7);
  },
);

test('the samples are of at least twelve scripts', () => {
  const scripts = SAMPLES.filter(({ script }) => /^[A-Z]\w+$/.test(script));
  expect(new Set(scripts.map(({ script }) => script)).size).toBeGreaterThanOrEqual(12);
});

test('lays right-to-left words out from right to left, and Latin words and numbers in them not', async () => {
  const [alef, bet] = [await outlineOf('א'), await outlineOf('ב')];
  const [a, one, two] = ['A', '1', '2'].map((character) => findGlyph(character)!.outline);
  const outlines = async (text: string) =>
    (await marksOf(text)).map(({ outline }) => outline).filter((each) => each!.length > 0);
  expect(await outlines('אב')).toEqual([bet, alef]);
  // the first letter makes the direction of the line, and a number goes with the word before it
  expect(await outlines('אב A 12')).toEqual([a, one, two, bet, alef]);
  expect(await outlines('אב 12 A')).toEqual([a, one, two, bet, alef]);
  expect(await outlines('12 אב A')).toEqual([a, bet, alef, one, two]);
  expect(await outlines('A אב 12')).toEqual([a, one, two, bet, alef]);
});

test('brackets face the text that they enclose', async () => {
  const marks = await marksOf('(א)');
  expect(marks[0]!.outline).toEqual(findGlyph('(')!.outline);
  expect(marks[2]!.outline).toEqual(findGlyph(')')!.outline);
});

test('each line of a right-to-left text is ordered on its own', async () => {
  const layout = await layOut('אב בא');
  const [alef, bet] = [await outlineOf('א'), await outlineOf('ב')];
  expect(layout.marks(0, 2).map(({ outline }) => outline)).toEqual([bet, alef]);
  expect(layout.marks(3, 5).map(({ outline }) => outline)).toEqual([alef, bet]);
});

test('the ellipsis is at the end of the line in the direction of reading', async () => {
  const dots = findGlyph('…')!.outline;
  expect((await layOut('אב')).marks(0, 2, '…')[0]!.outline).toEqual(dots);
  expect((await layOut('猫猫')).marks(0, 2, '…')[2]!.outline).toEqual(dots);
});

test.each([
  ['a face', '😀'],
  ['a family', '👨‍👩‍👧‍👦'],
  ['a couple with two skin tones', '🧑🏻‍❤️‍🧑🏿'],
  ['a profession with a skin tone', '👩🏽‍💻'],
  ['a skin tone', '👍🏿'],
  ['a flag of a country', '🇺🇦'],
  ['a flag of a region', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
  ['a flag of joined emoji', '🏳️‍🌈'],
  ['a keycap', '1️⃣'],
  ['a letter with the picture selector', '❤️'],
  ['a joined emoji without its selector', '🏳‍🌈'],
])('%s is one drawing', async (_name, emoji) => {
  const drawings = await drawingsOf(emoji);
  expect(drawings).toEqual([findEmoji(emoji)]);
  expect(drawings[0]).toMatch(/<path|<circle|<ellipse|<g/);
});

test('skin tones and flags differ', async () => {
  const emoji = ['👍', '👍🏻', '👍🏿', '🇺🇦', '🇯🇵', '👨‍👩‍👧', '👨‍👩‍👧‍👦'];
  const drawings = await Promise.all(emoji.map(drawingsOf));
  expect(new Set(drawings.flat()).size).toBe(emoji.length);
});

test('a combination that nobody drew is shown as its parts', async () => {
  expect(await drawingsOf('🐱‍🚒')).toEqual([findEmoji('🐱'), findEmoji('🚒')]);
  expect(await drawingsOf('🧑🏻‍🚒‍🐱')).toEqual([findEmoji('🧑🏻‍🚒'), findEmoji('🐱')]);
  expect(await drawingsOf('🇽🇽')).toEqual([findEmoji('🇽'), findEmoji('🇽')]);
});

test('characters that are text and emoji are text, unless no font has them', async () => {
  expect((await marksOf('©'))[0]!.outline).toEqual(findGlyph('©')!.outline);
  expect((await marksOf('1'))[0]!.outline).toEqual(findGlyph('1')!.outline);
  expect((await marksOf('☎'))[0]!.outline!.length).toBeGreaterThan(0);
  expect((await marksOf('☎️'))[0]!.drawing).toBe(findEmoji('☎'));
  expect((await marksOf('❤'))[0]!.drawing).toBe(findEmoji('❤️'));
});

test('says which characters no font has, and leaves no mark for those that have no look', async () => {
  expect((await marksOf('猫\u{13000}')).at(-1)).toMatchObject({ missing: '\u{13000}' });
  // an accent that is not a part of a letter
  expect((await marksOf('x\u0310')).map(({ missing }) => missing)).toEqual([undefined, '\u0310']);
  expect(await marksOf('\u200d\ufe0f\u2060')).toEqual([]);
  expect(await marksOf('a\u00adb')).toHaveLength(2);
});

test('lines of East Asian and Thai text may end between words, and not before punctuation', async () => {
  const startsOf = async (text: string) =>
    (await layOut(text)).clusters
      .filter(({ mayStartLine }) => mayStartLine)
      .map((each) => each.text);
  const japanese = await startsOf('猫は「犬」を見た。');
  expect(japanese).toContain('「');
  expect(japanese).not.toContain('」');
  expect(japanese).not.toContain('。');
  expect(japanese).not.toContain('犬');
  expect((await startsOf('直到有新消息到来')).length).toBeGreaterThan(2);
  expect((await startsOf('แมวนอนหลับ')).length).toBeGreaterThan(0);
  expect(await startsOf('고양이는 잔다')).toEqual([]);
  expect(await startsOf('القطة تنام')).toEqual([]);
});

test('widths of the clusters are the width of the line', async () => {
  for (const text of ['বিড়াল ঘুমায়', 'القطة 42 (x)', '猫abc😀', 'ที่นี่']) {
    const { clusters } = await layOut(text);
    const sum = (parts: readonly { advance: number }[]) =>
      parts.reduce((total, { advance }) => total + advance, 0);
    expect(sum(clusters)).toBeCloseTo(sum(await marksOf(text)), 6);
  }
});
