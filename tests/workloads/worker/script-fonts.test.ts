import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scriptFontFiles, ScriptFontChoice } from '../../../workloads/worker/script-fonts';

const SOURCE = join(__dirname, '../../../workloads/worker/script-fonts.ts');

test('names each package in full, which is how the tag of the image finds it', async () => {
  const source = await readFile(SOURCE, 'utf8');
  const packages = new Set(scriptFontFiles().map(({ packageName }) => packageName));
  expect(packages.size).toBe(21);
  for (const each of packages) expect(source).toContain(`'${each}'`);
});

test('every font comes with its licence', () => {
  const files = scriptFontFiles();
  for (const { packageName } of files) {
    expect(files).toContainEqual({ packageName, file: 'LICENSE' });
  }
});

test('marks and digits that scripts share stay in the font of the text around them', () => {
  const fonts = new ScriptFontChoice('');
  const bengali = fonts.fontFor('ক');
  // the danda ends sentences in Devanagari and Bengali
  expect(fonts.fontFor('।', bengali)).toBe(bengali);
  expect(fonts.fontFor('।')).toBe(fonts.fontFor('क'));
});

test('says where no font has a character', () => {
  expect(new ScriptFontChoice('').fontFor('\u{13000}')).toBeUndefined();
});
