import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stagedImage } from '../support/staged-image';

jest.setTimeout(120_000);

test('two that want the same image at the same time share one', async () => {
  const [one, other] = await Promise.all([stagedImage('load'), stagedImage('load')]);
  expect(other).toBe(one);
  expect(await readdir(one)).toEqual(expect.arrayContaining(['Dockerfile', 'load.cjs']));
  expect(await readdir(dirname(one))).not.toContain('load.partial');
});
