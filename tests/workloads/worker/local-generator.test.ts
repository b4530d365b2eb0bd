import sharp from 'sharp';
import { memeRequestSchema } from '../../../workloads/protocol/request';
import { setCaption, splitPrompt } from '../../../workloads/worker/caption';
import { drawMeme, LocalGenerator } from '../../../workloads/worker/local-generator';
import { MemeCache } from '../../../workloads/worker/meme-cache';

const never = new AbortController().signal;
const small = (prompt: string) => memeRequestSchema.parse({ prompt, small_image: true });

/** Share of white pixels in a horizontal band, both ends given as shares of the height. */
async function whiteIn(svg: string, from: number, to: number): Promise<number> {
  const { data, info } = await sharp(Buffer.from(svg))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  let white = 0;
  const first = Math.floor(info.height * from) * info.width;
  const last = Math.floor(info.height * to) * info.width;
  for (let pixel = first; pixel < last; pixel++) {
    const at = pixel * info.channels;
    if (data[at]! > 250 && data[at + 1]! > 250 && data[at + 2]! > 250) white++;
  }
  return white / (last - first);
}

const captionOnly = async (text: string, edge: 'top' | 'bottom') =>
  '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512"><rect width="512" height="512"/>' +
  `<path fill="#fff" d="${(await setCaption(text, { size: 512, edge })).path}"/></svg>`;

/** A hieroglyph: no font of the worker has it. */
const NOT_DRAWN = '\u{13000}';

test('makes JPEGs of the asked size that are small enough for a message', async () => {
  const generator = new LocalGenerator({ leastSeconds: 0 });
  const request = memeRequestSchema.parse({ prompt: 'word '.repeat(390) });
  for (const [each, size] of [
    [request, 1024],
    [{ ...request, small_image: true }, 512],
  ] as const) {
    const { bytes, mimeType } = await generator.generate(each, never);
    expect(mimeType).toBe('image/jpeg');
    expect(bytes.length).toBeLessThan(400_000);
    expect(await sharp(bytes).metadata()).toMatchObject({
      format: 'jpeg',
      width: size,
      height: size,
    });
  }
});

test('draws the same picture for the same prompt and another for another', async () => {
  const generator = new LocalGenerator({ leastSeconds: 0 });
  const [first, again, other] = await Promise.all(
    ['one', 'one', 'two'].map((prompt) => generator.generate(small(prompt), never)),
  );
  expect(again!.bytes.equals(first!.bytes)).toBe(true);
  expect(other!.bytes.equals(first!.bytes)).toBe(false);
});

test('prompts share a picture of the cache only where the same one is drawn', async () => {
  const generator = new LocalGenerator({ leastSeconds: 0 });
  const same = ['One two, three', ' one  TWO, three ', 'one\ttwo, three'];
  const others = ['one\ntwo, three', 'one two,\nthree', 'one two three'];
  const keyOf = (prompt: string) => MemeCache.key(generator.variant(), 512, prompt);
  const byKey = new Map<string, string>();
  for (const prompt of [...same, ...others]) {
    const { bytes } = await generator.generate(small(prompt), never);
    const drawn = bytes.toString('base64');
    expect(byKey.get(keyOf(prompt)) ?? drawn).toBe(drawn);
    byKey.set(keyOf(prompt), drawn);
  }
  expect(byKey.size).toBe(1 + others.length);
});

test('draws real letters: a W covers more than an I, and no letter leaves no mark', async () => {
  const cover = async (text: string) => whiteIn(await captionOnly(text, 'top'), 0, 0.3);
  const [none, i, w] = [await cover(' '), await cover('I'), await cover('W')];
  expect(none).toBe(0);
  expect(i).toBeGreaterThan(0.002);
  expect(w).toBeGreaterThan(i * 1.5);
});

test.each([
  ['Latin', 'hello'],
  ['accented Latin', 'ñandú ő'],
  ['Vietnamese', 'việt'],
  ['Cyrillic', 'привет'],
  ['Greek', 'ελλάδα'],
])('draws %s with letters of its own', async (_script, text) => {
  const { path } = await setCaption(text, { size: 512, edge: 'top' });
  const missing = NOT_DRAWN.repeat([...text].length);
  const boxes = (await setCaption(missing, { size: 512, edge: 'top' })).path;
  expect(path).not.toEqual(boxes);
  // the frame of a missing character is the only thing that is drawn with these commands
  expect(path).not.toMatch(/v-?[\d.]+h/);
  expect(await whiteIn(await captionOnly(text, 'top'), 0, 0.3)).toBeGreaterThan(0.01);
});

test('draws a frame with the code point for what no font has', async () => {
  expect((await setCaption(NOT_DRAWN, { size: 512, edge: 'top' })).path).toMatch(/v-?[\d.]+h/);
});

test('puts captions at the top and at the bottom, and nothing white over the middle', async () => {
  expect(await whiteIn(await captionOnly('top', 'top'), 0.03, 0.17)).toBeGreaterThan(0.05);
  expect(await whiteIn(await captionOnly('low', 'bottom'), 0.83, 0.97)).toBeGreaterThan(0.05);
  expect(await whiteIn(await captionOnly('top', 'top'), 0.4, 1)).toBe(0);
});

test('keeps every caption inside the picture', async () => {
  for (const text of ['short', 'a much longer caption that needs lines', 'x'.repeat(1000)]) {
    for (const edge of ['top', 'bottom'] as const) {
      const { path } = await setCaption(text, { size: 512, edge });
      const numbers = (path.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
      expect(numbers.length).toBeGreaterThan(0);
      expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...numbers)).toBeLessThanOrEqual(512);
    }
  }
});

test('splits a prompt where a reader would', () => {
  expect(splitPrompt('one does not simply, walk into production')).toEqual({
    top: 'one does not simply,',
    bottom: 'walk into production',
  });
  expect(splitPrompt('first line\nsecond line')).toEqual({
    top: 'first line',
    bottom: 'second line',
  });
  expect(splitPrompt('deploy')).toEqual({ top: '', bottom: 'deploy' });
});

test('cannot be led to foreign markup by the prompt', async () => {
  expect(await drawMeme('</svg><script>alert(1)</script> & "quotes"', 512)).not.toMatch(
    /script|quotes/i,
  );
});

test('takes at least the asked time, and stops waiting when it is aborted', async () => {
  const slow = new LocalGenerator({ leastSeconds: 0.4 });
  const started = Date.now();
  await slow.generate(small('slow'), never);
  expect(Date.now() - started).toBeGreaterThanOrEqual(395);

  const forever = new LocalGenerator({ leastSeconds: 60 });
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 100);
  await expect(forever.generate(small('never'), abort.signal)).rejects.toThrow(/abort/i);
});
