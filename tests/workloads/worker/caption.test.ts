import sharp from 'sharp';
import { setCaption, splitPrompt } from '../../../workloads/worker/caption';
import { drawMeme } from '../../../workloads/worker/local-generator';

// the first text in a script loads its fonts
jest.setTimeout(30_000);

const SIZE = 512;
const box = (edge: 'top' | 'bottom') => ({ size: SIZE, edge });

/** The pixels of a caption on black: one number from 0 to 255 each. */
async function pixelsOf(text: string, edge: 'top' | 'bottom' = 'bottom'): Promise<Buffer> {
  const { path, emoji } = await setCaption(text, box(edge));
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE}" height="${SIZE}">` +
    `<rect width="${SIZE}" height="${SIZE}"/><path fill="#fff" d="${path}"/>${emoji}</svg>`;
  return sharp(Buffer.from(svg)).greyscale().raw().toBuffer();
}

const shareOf = (pixels: Buffer, test: (index: number) => boolean) =>
  pixels.filter((_, index) => test(index)).length / pixels.length;

/** Share of pixels that differ clearly. */
const difference = (a: Buffer, b: Buffer) =>
  shareOf(a, (index) => Math.abs(a[index]! - b[index]!) > 64);

const EDGES = ['top', 'bottom'] as const;

const TEXTS = [
  ['Arabic', 'القطة تنام حتى تصل الرسالة'],
  ['Arabic with marks', 'اَلْقِطَّةُ تَنَامُ'],
  ['Hebrew', 'החתול ישן עד שמגיעה הודעה'],
  ['Devanagari', 'बिल्ली तब तक सोती है जब तक कोई संदेश नहीं आता'],
  ['Tamil', 'பூனை தூங்குகிறது'],
  ['Thai', 'ปั้นน้ำเป็นตัวที่นี่ผู้ใหญ่'],
  ['Khmer', 'ភាសាខ្មែរ'],
  ['Chinese', '猫一直睡到有新消息到来为止'],
  ['Japanese', '仕事がない時、猫はずっと寝ている'],
  ['Korean', '고양이는 하루 종일 잔다'],
  ['emoji', '👨‍👩‍👧‍👦 🇺🇦 👍🏿 😀😀😀😀😀😀😀😀😀😀😀😀'],
  ['one long word', '猫'.repeat(500)],
  ['one long Arabic word', 'ق'.repeat(500)],
] as const;

test.each([
  ['Chinese', '猫', '狗'],
  ['Japanese', 'ぬ', 'め'],
  ['Korean', '강', '갈'],
  ['Devanagari', 'क', 'ख'],
  ['Arabic', 'ع', 'س'],
  ['Hebrew', 'ש', 'א'],
  ['Thai', 'ก', 'ม'],
  ['emoji', '😀', '🚀'],
])('two characters of %s give two pictures', async (_script, first, second) => {
  const [one, same, other] = [await pixelsOf(first), await pixelsOf(first), await pixelsOf(second)];
  expect(same.equals(one)).toBe(true);
  expect(difference(one, other)).toBeGreaterThan(0.001);
});

test.each(TEXTS)('a caption in %s stays in its part of the picture', async (_script, text) => {
  for (const edge of EDGES) {
    const pixels = await pixelsOf(text, edge);
    const rowOf = (index: number) => Math.floor(index / SIZE);
    const isLit = (index: number) => pixels[index]! > 64;
    expect(shareOf(pixels, isLit)).toBeGreaterThan(0.005);
    const away = (index: number) =>
      edge === 'top' ? rowOf(index) > SIZE * 0.42 : rowOf(index) < SIZE * 0.58;
    expect(shareOf(pixels, (index) => isLit(index) && away(index))).toBe(0);
    // nothing is cut off by the edges
    const atEdge = (index: number) =>
      [0, SIZE - 1].includes(rowOf(index)) || [0, SIZE - 1].includes(index % SIZE);
    expect(shareOf(pixels, (index) => isLit(index) && atEdge(index))).toBe(0);
  }
});

test.each(TEXTS)('lines in %s do not run into each other', async (_script, text) => {
  const pixels = await pixelsOf(text, 'top');
  const { fontSize } = await setCaption(text, box('top'));
  const lit = Array.from({ length: SIZE }, (_, row) =>
    pixels.subarray(row * SIZE, (row + 1) * SIZE).some((value) => value > 64),
  );
  const height = lit.lastIndexOf(true) - lit.indexOf(true) + 1;
  const lines = lit.filter((isLit, row) => isLit && !lit[row - 1]).length;
  // a line is at most twice as high as its type, so rows without a mark must part the lines
  expect(height / lines).toBeLessThan(2 * fontSize);
});

test('text that does not fit ends with an ellipsis', async () => {
  const word = '猫一直睡到有新消息到来为止';
  const cut = await pixelsOf(word.repeat(40), 'top');
  const more = await pixelsOf(word.repeat(80), 'top');
  expect(difference(cut, more)).toBe(0);
});

test('Latin text looks the same whatever else is in the caption', async () => {
  const alone = await setCaption('deploy', box('bottom'));
  const mixed = await setCaption('deploy 猫', box('bottom'));
  const commands = (path: string) => path.replace(/[^A-Z]/g, '');
  expect(mixed.fontSize).toBe(alone.fontSize);
  expect(commands(mixed.path).startsWith(commands(alone.path))).toBe(true);
});

test('capital letters are made only where a script has them', async () => {
  expect(await pixelsOf('straße')).toEqual(await pixelsOf('STRASSE'));
  for (const text of ['قطة', 'חתול', 'बिल्ली', 'แมว', '猫', 'ねこ', '고양이']) {
    expect(text.toLocaleUpperCase('en')).toBe(text);
  }
});

test('emoji keep their colours and get no outline', async () => {
  const { path, emoji } = await setCaption('😀', box('bottom'));
  expect(path).toBe('');
  const svg = await drawMeme('😀', SIZE);
  expect(svg.indexOf(emoji)).toBeGreaterThan(svg.lastIndexOf('<path d='));
  const { data } = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer({
    resolveWithObject: true,
  });
  // the yellow of the faces
  const yellow = shareOf(data, (index) => {
    return (
      index % 3 === 0 &&
      data[index] === 0xff &&
      data[index + 1] === 0xcc &&
      data[index + 2] === 0x4d
    );
  });
  expect(yellow * 3).toBeGreaterThan(0.003);
});

test('ids of several drawings in one picture do not meet', async () => {
  const svg = await drawMeme('🛜 🪇 🫨', SIZE);
  const ids = [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(ids.length).toBeGreaterThan(10);
  expect(new Set(ids).size).toBe(ids.length);
  const used = [...svg.matchAll(/url\(#([^)]+)\)/g)].map(([, id]) => id);
  expect(used.filter((id) => !ids.includes(id))).toEqual([]);
});

test('prompts without spaces are split at punctuation or between words', () => {
  expect(splitPrompt('猫在睡觉，直到有新消息到来')).toEqual({
    top: '猫在睡觉，',
    bottom: '直到有新消息到来',
  });
  const { top, bottom } = splitPrompt('แมวนอนหลับจนกว่าจะมีข้อความ');
  expect(top + bottom).toBe('แมวนอนหลับจนกว่าจะมีข้อความ');
  expect(top.length).toBeGreaterThan(8);
  expect(bottom).not.toMatch(/^\p{Mark}/u);
  expect(splitPrompt('猫')).toEqual({ top: '', bottom: '猫' });
  expect(splitPrompt('قطة، كلب').top).toBe('قطة،');
});
