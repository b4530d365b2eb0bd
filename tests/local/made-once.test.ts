import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '../../local/file-lock';
import { madeOnce, removeOthers } from '../../local/made-once';
import { bundle } from './support/lab-copy';
import { temporaryFolder } from './support/temporary-folder';

let maker: string;

beforeAll(async () => {
  maker = join(await temporaryFolder(), 'maker.cjs');
  await bundle('tests/local/support/maker.ts', maker);
});

function startMaker(...args: string[]): ChildProcess {
  return spawn(process.execPath, [maker, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function outcome(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(child, 'close');
  return text;
}

async function linesOf(file: string): Promise<string[]> {
  return (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean);
}

test('of two concurrent processes exactly one builds', async () => {
  const folder = await temporaryFolder();
  const [path, log] = [join(folder, 'thing'), join(folder, 'log')];
  const outcomes = [startMaker(path, log, 'make'), startMaker(path, log, 'make')].map(outcome);
  expect((await Promise.all(outcomes)).sort()).toEqual(['found', 'made']);
  expect(await linesOf(log)).toHaveLength(1);
  expect((await readdir(path)).sort()).toEqual(['first', 'second']);
  expect((await readdir(folder)).sort()).toEqual(['log', 'thing']);
});

test('a killed build leaves no result, and the next one finishes within seconds', async () => {
  const folder = await temporaryFolder();
  const [path, log] = [join(folder, 'thing'), join(folder, 'log')];
  const killed = startMaker(path, log, 'hang');
  const gone = once(killed, 'exit');
  while ((await linesOf(log)).length === 0) await sleep(20);
  killed.kill('SIGKILL');
  await gone;
  expect(await readdir(folder)).not.toContain('thing');
  expect(await readdir(folder)).toContain('thing.partial');

  await expect(outcome(startMaker(path, log, 'make'))).resolves.toBe('made');
  await expect(readFile(join(path, 'first'), 'utf8')).resolves.toBe('make');
  expect((await readdir(folder)).sort()).toEqual(['log', 'thing']);
}, 40_000);

test('a terminated build releases its lock at once', async () => {
  const folder = await temporaryFolder();
  const [path, log] = [join(folder, 'thing'), join(folder, 'log')];
  const ended = startMaker(path, log, 'hang');
  const gone = once(ended, 'exit');
  while ((await linesOf(log)).length === 0) await sleep(20);
  ended.kill('SIGTERM');
  await gone;
  expect(await readdir(folder)).not.toContain('thing.lock.lock');
  await expect(outcome(startMaker(path, log, 'make'))).resolves.toBe('made');
});

test('a failing build leaves nothing, and its error is passed on', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'thing');
  const making = madeOnce(path, async (partial) => {
    await writeFile(partial, 'half');
    throw new Error('no space left');
  });
  await expect(making).rejects.toThrow('no space left');
  await expect(readdir(folder)).resolves.toEqual([]);
  await expect(madeOnce(path, (partial) => writeFile(partial, 'whole'))).resolves.toBe(true);
  await expect(readFile(path, 'utf8')).resolves.toBe('whole');
});

test('an existing result is not built again', async () => {
  const path = join(await temporaryFolder(), 'thing');
  await writeFile(path, 'first');
  await expect(madeOnce(path, (partial) => writeFile(partial, 'second'))).resolves.toBe(false);
  await expect(readFile(path, 'utf8')).resolves.toBe('first');
});

const OLD = '0123456789ab';
const NEW = 'ba9876543210';

test('entries with older keys are removed with their partial builds; others are kept', async () => {
  const folder = await temporaryFolder();
  const others = [`nats-x-${OLD}`, `nats_2-${OLD}`, `mirror-${OLD}`, 'nats-stage', 'nats'];
  for (const name of [`nats-${OLD}`, `nats-${OLD}.partial`, `nats-${NEW}`, ...others])
    await mkdir(join(folder, name));
  await removeOthers(join(folder, `nats-${NEW}`), 'nats');
  expect((await readdir(folder)).sort()).toEqual([`nats-${NEW}`, ...others].sort());
});

test('older files are removed by the same rule', async () => {
  const folder = await temporaryFolder();
  const others = [`node_20-${OLD}.tar`, `node-exporter-${OLD}.tar`];
  for (const name of [`node-${OLD}.tar`, `node-${OLD}.tar.partial.tar`, ...others])
    await writeFile(join(folder, name), '');
  await writeFile(join(folder, `node-${NEW}.tar`), '');
  await removeOthers(join(folder, `node-${NEW}.tar`), 'node');
  expect((await readdir(folder)).sort()).toEqual([`node-${NEW}.tar`, ...others].sort());
});

test('what another process is building is kept, the remains of a dead one are removed', async () => {
  const folder = await temporaryFolder();
  const [busy, own] = [join(folder, `nats-${OLD}`), join(folder, `nats-${NEW}`)];
  await withLock(`${busy}.lock`, async () => {
    await mkdir(`${busy}.partial`);
    await mkdir(own);
    await removeOthers(own, 'nats');
    expect(await readdir(folder)).toContain(`nats-${OLD}.partial`);
  });
  const longAgo = new Date(Date.now() - 60_000);
  await mkdir(`${busy}.lock.lock`);
  await utimes(`${busy}.lock.lock`, longAgo, longAgo);
  await removeOthers(own, 'nats');
  await expect(readdir(folder)).resolves.toEqual([`nats-${NEW}`]);
});
