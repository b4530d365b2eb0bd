import { type ScriptFont } from '../../../workloads/worker/script-fonts';
import { Shaper } from '../../../workloads/worker/shaper';
import { splitClusters } from '../../../workloads/worker/text-clusters';

// the first text in a script loads its fonts
jest.setTimeout(30_000);

/** Fonts of the shaped clusters of a text. */
function fontsOf(text: string): ScriptFont[] {
  return splitClusters(text).flatMap(({ style }) => (style.kind === 'shaped' ? [style.font] : []));
}

/** The glyphs of a text that one font has, from left to right. */
async function shape(text: string, rightToLeft = false) {
  const [font, ...others] = new Set(fontsOf(text));
  expect(others).toEqual([]);
  const shaper = await Shaper.load([font!]);
  return shaper.shape(text, font!, rightToLeft);
}

const idsOf = async (text: string, rightToLeft = false) =>
  (await shape(text, rightToLeft)).map(({ id }) => id);

test.each([
  ['Arabic', 'العربية', true],
  ['Persian and Urdu letters', 'پچژگ ٹڈڑ'.replace(' ', ''), true],
  ['Hebrew', 'עברית', true],
  ['Devanagari', 'हिन्दी', false],
  ['Bengali', 'বাংলা', false],
  ['Gurmukhi', 'ਪੰਜਾਬੀ', false],
  ['Gujarati', 'ગુજરાતી', false],
  ['Tamil', 'தமிழ்', false],
  ['Telugu', 'తెలుగు', false],
  ['Kannada', 'ಕನ್ನಡ', false],
  ['Malayalam', 'മലയാളം', false],
  ['Sinhala', 'සිංහල', false],
  ['Thai', 'ภาษาไทย', false],
  ['Lao', 'ພາສາລາວ', false],
  ['Khmer', 'ភាសាខ្មែរ', false],
  ['Myanmar', 'မြန်မာစာ', false],
  ['Ethiopic', 'አማርኛ', false],
  ['Georgian', 'ქართული', false],
  ['Armenian', 'Հայերեն', false],
  ['Chinese, simplified', '简体中文', false],
  ['Chinese, traditional', '繁體中文龍龜灣', false],
  ['Japanese', 'ひらがなカタカナ漢字', false],
  ['Korean', '한국어', false],
])('has a glyph for every letter of %s', async (_script, text, rightToLeft) => {
  const fonts = fontsOf(text);
  expect(fonts).toHaveLength(splitClusters(text).length);
  const shaper = await Shaper.load(fonts);
  for (const { text: cluster, style } of splitClusters(text)) {
    if (style.kind !== 'shaped') throw new Error(`no font for "${cluster}"`);
    const glyphs = shaper.shape(cluster, style.font, rightToLeft);
    expect(glyphs.map(({ id }) => id)).not.toContain(0);
    expect(glyphs.some(({ shape }) => shape.outline.length > 0)).toBe(true);
    expect(glyphs.reduce((sum, { advance }) => sum + advance, 0)).toBeGreaterThan(0);
  }
});

test('Arabic letters take the form of their place in the word', async () => {
  const [isolated] = await idsOf('ع', true);
  // from left to right: the last letter of the word comes first
  const [final, medial, initial] = await idsOf('ععع', true);
  expect(new Set([isolated, initial, medial, final]).size).toBe(4);
  // alef does not join to the left, so the letter after it starts anew
  expect((await idsOf('اعع', true)).slice(0, 2)).toEqual([final, initial]);
});

test('lam and alef become a ligature', async () => {
  const apart = [...(await idsOf('ل', true)), ...(await idsOf('ا', true))];
  const together = await idsOf('لا', true);
  expect(together.some((id) => apart.includes(id))).toBe(false);
});

test('the Devanagari vowel i is drawn before its consonant, which it follows in the text', async () => {
  const [consonant] = await idsOf('क');
  const [vowel, after] = await idsOf('कि');
  expect(after).toBe(consonant);
  expect(vowel).not.toBe(consonant);
});

test('Devanagari consonants become a conjunct', async () => {
  expect(await idsOf('क्ष')).toHaveLength(1);
  expect(await idsOf('कष')).toHaveLength(2);
});

test('Thai marks do not move the letters apart, and one above another stands higher', async () => {
  const width = async (text: string) =>
    (await shape(text)).reduce((sum, { advance }) => sum + advance, 0);
  expect(await width('ที่')).toBeCloseTo(await width('ท'), 6);
  const top = (glyphs: Awaited<ReturnType<typeof shape>>) =>
    Math.max(...glyphs.map(({ shape: { above }, down }) => above - down));
  expect(top(await shape('ที่'))).toBeGreaterThan(top(await shape('ที')) + 0.1);
});

test('glyphs of right-to-left text come from left to right, with their places in the text', async () => {
  expect((await shape('אבג', true)).map(({ start }) => start)).toEqual([2, 1, 0]);
  expect((await shape('កខគ', false)).map(({ start }) => start)).toEqual([0, 1, 2]);
});

test('Han characters take the form of the language of the text', async () => {
  const pathOf = async (text: string) => {
    const [cluster] = splitClusters(text);
    if (cluster?.style.kind !== 'shaped') throw new Error('no font');
    const shaper = await Shaper.load([cluster.style.font]);
    return shaper.shape(cluster.text, cluster.style.font, false)[0]!.shape.outline;
  };
  const [chinese, japanese, korean] = [
    await pathOf('骨'),
    await pathOf('骨の'),
    await pathOf('骨은'),
  ];
  expect(japanese).not.toEqual(chinese);
  expect(korean).not.toEqual(chinese);
});

test('is not confused by fonts that are loaded at the same time', async () => {
  const texts = ['猫', 'قط', 'बिल्ली', '猫', 'แมว'];
  const alone: number[][] = [];
  for (const text of texts) alone.push(await idsOf(text));
  expect(await Promise.all(texts.map((text) => idsOf(text)))).toEqual(alone);
});

test('a font that cannot be read fails this time only', async () => {
  const [font] = fontsOf('ก');
  const broken = { ...font!, file: 'files/none.woff2' };
  await expect(Shaper.load([broken])).rejects.toThrow(/ENOENT/);
  await expect(Shaper.load([broken])).rejects.toThrow(/ENOENT/);
  await expect(Shaper.load([font!])).resolves.toBeInstanceOf(Shaper);
});
