import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshLabForEachTest } from '../../support/fresh-lab';
import { type MemeLab } from '../../support/meme-lab';
import { WorkerProcess } from '../../support/worker-process';

jest.setTimeout(90_000);

let lab: MemeLab;
let broken: string;
freshLabForEachTest((fresh) => {
  lab = fresh;
  return lab.bootstrap(3);
});
beforeEach(async () => {
  broken = await mkdtemp(join(tmpdir(), 'broken-'));
  await cp(lab.staged, broken, { recursive: true });
});
afterEach(() => rm(broken, { recursive: true, force: true }));

test.each([
  ['a library that does not load', 'node_modules/sharp/package.json', '{"main":"missing.js"}'],
  ['a broken font', 'assets/@fontsource/anton/files/anton-latin-400-normal.woff', 'no font'],
])('a worker with %s leaves its work to others and ends', async (_kind, file, content) => {
  await writeFile(join(broken, file), content);
  const env = { ...lab.env('worker'), POD_NAME: 'broken', WORKER_CONCURRENCY: '4' };
  const useless = await WorkerProcess.start(join(broken, 'worker.cjs'), env);
  for (let each = 0; each < 20; each++) {
    await lab.request({ id: `d-${each}`, prompt: `d ${each % 3}`, small_image: true });
  }
  expect(await useless.exited()).toBe(1);
  expect(useless.text).toContain('no picture can be made here');
  await lab.startWorker();
  const answers = await lab.whenAnswered(20, 40_000);
  expect(answers.map(({ subject }) => subject)).toEqual(Array(20).fill('meme.response'));
});
