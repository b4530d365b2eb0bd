import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasStaleLock } from '../../local/interrupted-up';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locks-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function lock(content: object): Promise<void> {
  const locks = join(folder, '.pulumi/locks/organization/autoscaling-lab/dev');
  await mkdir(locks, { recursive: true });
  await writeFile(join(locks, 'one.json'), JSON.stringify(content));
}

const isStale = () => hasStaleLock(`file://${folder}`, 'dev');

// of a process that was there and has ended
const gone = () => spawnSync('true').pid;

test('the lock of a process that is gone is stale', async () => {
  await lock({ pid: gone(), hostname: hostname() });

  expect(await isStale()).toBe(true);
});

test('the lock of a process that runs, here or elsewhere, is not', async () => {
  await lock({ pid: process.pid, hostname: hostname() });
  expect(await isStale()).toBe(false);

  await lock({ pid: gone(), hostname: 'another-machine' });
  expect(await isStale()).toBe(false);
});

test('no lock is not stale, and another backend is asked nothing', async () => {
  expect(await isStale()).toBe(false);
  expect(await hasStaleLock('s3://states', 'dev')).toBe(false);
  expect(await hasStaleLock(undefined, 'dev')).toBe(false);
});
