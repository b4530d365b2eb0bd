import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stageWorker, unstageWorker } from '../../support/meme-lab';
import { run, runTs } from '../../support/run';
import { bundlePrograms } from '../../../workloads/staging/bundle-programs';
import { drawMeme } from '../../../workloads/worker/local-generator';

jest.setTimeout(60_000);

/** Content and mode of every file, by path. */
async function fingerprint(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const { mode } = await stat(path);
    const hash = createHash('sha256').update(await readFile(path));
    files[path.slice(folder.length)] = `${mode.toString(8)} ${hash.digest('hex')}`;
  }
  return files;
}

test('stages the same bytes twice, and what it stages runs without the repository', async () => {
  const [first, second] = [await stageWorker(), await stageWorker()];
  try {
    const files = await fingerprint(first);
    expect(await fingerprint(second)).toEqual(files);
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining(['/worker.cjs', '/bootstrap.cjs', '/Dockerfile']),
    );
    const help = await run('node', ['worker.cjs', '--help'], { cwd: first });
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('WORKER_CONCURRENCY');
    const sharp = await run('node', ['-e', "require('sharp')"], { cwd: first });
    expect(sharp).toMatchObject({ code: 0, stderr: '' });
    // all that captions need is staged: the program draws as in the checkout
    const prompt = 'cat חתול 猫 बिल्ली 👨‍👩‍👧‍👦';
    await bundlePrograms(first, { draw: 'tests/support/draw-prompt.ts' }, ['sharp']);
    const drawn = await run('node', ['draw.cjs', prompt], { cwd: first });
    expect(drawn).toMatchObject({ code: 0, stderr: '', stdout: await drawMeme(prompt, 512) });
    expect(await readFile(join(first, 'assets/credits.md'), 'utf8')).toContain('CC-BY 4.0');
    // no base image of the lab has a shell, and no build of it has a network
    expect(await readFile(join(first, 'Dockerfile'), 'utf8')).not.toMatch(/^RUN/m);
  } finally {
    await Promise.all([unstageWorker(first), unstageWorker(second)]);
  }
});

test('refuses a folder that holds something else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'foreign-'));
  try {
    await writeFile(join(folder, 'thesis.txt'), 'precious');
    const result = await runTs('workloads/worker/build.ts', [folder]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('holds "thesis.txt", which is not of this build');
    expect(await readdir(folder)).toEqual(['thesis.txt']);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('names the platforms there are', async () => {
  const result = await runTs('workloads/worker/build.ts', ['unused', '--platform', 'plan9/mips']);
  expect(result.code).toBe(2);
  expect(result.stderr.trim()).toBe(
    '\'--platform\' is "plan9/mips": must be one of linux/amd64, linux/arm64',
  );
});
