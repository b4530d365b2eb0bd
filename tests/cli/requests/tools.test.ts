import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { eventually, MemeLab } from '../../support/meme-lab';
import { runTs } from '../../support/run';
import { stagedImage } from '../../support/staged-image';

jest.setTimeout(60_000);

let lab: MemeLab;
let folder: string;

beforeAll(async () => {
  lab = await MemeLab.start(await stagedImage('worker'));
});
afterAll(() => lab?.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'images-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const send = (...args: string[]) =>
  runTs(
    'cli/requests/send-test-request.ts',
    ['--output-dir', folder, ...args],
    lab.env('operator'),
  );
const watch = (...args: string[]) =>
  runTs('cli/requests/watch-responses.ts', ['--output-dir', folder, ...args], lab.env('operator'));

const consumers = async () => {
  const all = await lab.manager.consumers.list('MEME_RESPONSES').next();
  return all.map(({ name }) => name);
};

// the tests of this group build on each other: first there is no stream, then no worker, then both
describe('on a lab that comes up', () => {
  test('without streams, both tools say so and fail', async () => {
    for (const tool of [send, watch]) {
      const result = await tool();
      expect(result.code).toBe(1);
      expect(result.stderr).toMatch(/^no stream captures the subject "meme.response" .*npm run up/);
    }
  });

  test('without a worker, the sender says where the request is and what to look at', async () => {
    await lab.bootstrap();
    const result = await send('--timeout', '1', '--id', 'early');
    expect(result.code).toBe(1);
    expect(result.stderr.trim()).toBe(
      'no answer to request "early" within 1 s (1 in the queue, 0 in progress); ' +
        'look at the workers with "npm run status" and "npm run logs"',
    );
  });

  test('with a worker, the picture is saved and its making told', async () => {
    await lab.startWorker();
    const result = await send('--prompt', 'hello tools', '--id', 'tool-1', '--small-image');
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    const path = join(folder, 'meme-tool-1.jpg');
    expect(result.stdout).toContain(`tool-1: ${path} (new, worker worker-0, queue `);
    expect(result.stdout).toMatch(/work \d+\.\d\d s, total \d+\.\d\d s\)/);
    expect(await sharp(await readFile(path)).metadata()).toMatchObject({ width: 512 });
  });

  test('an id that was answered is shown again, and nothing is sent', async () => {
    const result = await send('--id', 'tool-1');
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('request "tool-1" was already answered');
    expect(await readdir(folder)).toEqual(['meme-tool-1.jpg']);
  });

  test('a private answer may have an id of the caller, too', async () => {
    const result = await send('--private', '--id', 'tool-private');
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(await readdir(folder)).toEqual(['meme-tool-private.jpg']);
  });

  test('an id cannot lead out of the folder', async () => {
    expect((await send('--id', '../../outside')).code).toBe(0);
    expect(await readdir(folder)).toEqual(['meme-__.._outside.jpg']);
  });

  test('several requests differ, and unused options are named', async () => {
    const result = await send('--count', '3', '--prompt', 'many', '--guidance', '9');
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('ignore --guidance, --steps and --negative');
    expect(result.stdout).toMatch(/3 of 3 answered with a picture/);
    const files = await Promise.all(
      (await readdir(folder)).map((file) => readFile(join(folder, file), 'base64')),
    );
    expect(new Set(files).size).toBe(3);
  });

  test('an answer that is an error fails the sender and the watcher', async () => {
    await lab.request({ id: 'broken', prompt: '' });
    await lab.whenIdle();
    const sent = await send('--id', 'broken');
    expect(sent.code).toBe(1);
    expect(sent.stderr).toContain('broken: failed: \'prompt\' is "": must not be empty');
    const watched = await watch('--since', '600', '--count', '20', '--timeout', '3');
    expect(watched.code).toBe(1);
    expect(watched.stdout).toMatch(/[1-9]\d* pictures, 1 failures/);
  });

  test('the watcher shows what comes and what was there before', async () => {
    // those of tools that have ended stay for a while
    const before = await consumers();
    const watching = watch('--count', '1', '--timeout', '20');
    await eventually('a watcher', 20_000, async () => {
      return (await consumers()).some((name) => !before.includes(name));
    });
    await lab.request({ id: 'watched', prompt: 'watched' });
    const live = await watching;
    expect(live).toMatchObject({ code: 0, stderr: '' });
    expect(live.stdout).toContain('watched: ');
    expect(await readdir(folder)).toEqual(['meme-watched.jpg']);

    const nothing = await watch('--timeout', '1');
    expect(nothing.code).toBe(1);
    expect(nothing.stderr).toMatch(/^no answer on "meme.response" within 1 s; send a request/);
  });
});

test('bad options are listed together, with exit code 2', async () => {
  const result = await send('--prompt', ' ', '--count', '0', '--nats-url', 'nowhere');
  expect(result.code).toBe(2);
  expect(result.stderr.trim().split('\n')).toEqual([
    'invalid settings:',
    '  - \'--nats-url\' is "nowhere": must be a URL like nats://host:port',
    '  - \'--prompt\' is " ": must not be empty',
    '  - \'--count\' is "0": must be a whole number from 1 to 100000',
  ]);
});

test('a prompt of 100 kB is refused in a sentence of readable length', async () => {
  const result = await send('--prompt', 'x'.repeat(100_000));
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('has 100000 characters, the maximum is 2000; shorten it');
  expect(result.stderr.length).toBeLessThan(300);
});

test('a server that is not there is one sentence, without the password', async () => {
  const result = await send('--nats-url', 'nats://me:secret@127.0.0.1:1');
  expect(result.code).toBe(1);
  expect(result.stderr.trim()).toBe(
    'cannot connect to nats at "nats://***@127.0.0.1:1": connection refused; ' +
      'bring the lab up with "npm run up", or name another server with --nats-url',
  );
});

test('a folder that cannot be written to is found before anything is sent', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const result = await send(
    '--output-dir',
    join(file, 'below'),
    '--nats-url',
    'nats://127.0.0.1:1',
  );
  expect(result.code).toBe(1);
  expect(result.stderr).toMatch(/^'--output-dir' is ".*": cannot write there \(ENOTDIR\)/);
});
