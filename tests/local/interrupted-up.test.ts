import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearInterruptedUp, hasStaleLock } from '../../local/interrupted-up';
import { pulumiThat } from './support/stand-in';

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

test('the lock of a dead process is stale', async () => {
  await lock({ pid: gone(), hostname: hostname() });

  expect(await isStale()).toBe(true);
});

test('the lock of a running process, here or on another machine, is not stale', async () => {
  await lock({ pid: process.pid, hostname: hostname() });
  expect(await isStale()).toBe(false);

  await lock({ pid: gone(), hostname: 'another-machine' });
  expect(await isStale()).toBe(false);
});

test('a missing lock is not stale, and another kind of backend is not checked', async () => {
  expect(await isStale()).toBe(false);
  expect(await hasStaleLock('s3://states', 'dev')).toBe(false);
});

test("no lock below the user's home is not stale", async () => {
  expect(await hasStaleLock('file://~', 'no-such-stack')).toBe(false);
  expect(await hasStaleLock('file://~/no/such/folder', 'dev')).toBe(false);
});

describe('in the backend that Pulumi is logged in to', () => {
  const before = process.env.PULUMI_BACKEND_URL;
  beforeEach(() => {
    delete process.env.PULUMI_BACKEND_URL;
  });
  afterEach(() => {
    if (before !== undefined) process.env.PULUMI_BACKEND_URL = before;
  });

  async function clear(): Promise<{ calls: string; said: string[] }> {
    const calls = join(folder, 'calls');
    const env = await pulumiThat(
      [
        `echo "$*" >>${calls}`,
        'case "$1" in',
        `whoami) echo '{"user": "me", "url": "file://${folder}"}' ;;`,
        `stack) echo '{"version": 3, "deployment": {}}' ;;`,
        'esac',
      ].join('\n'),
    );
    const said: string[] = [];
    await clearInterruptedUp(env, 'dev', (sentence) => said.push(sentence));
    return { calls: await readFile(calls, 'utf8'), said };
  }

  test('the lock of a dead process is removed', async () => {
    await lock({ pid: gone(), hostname: hostname() });

    await expect(clear()).resolves.toEqual({
      calls: 'whoami --json\ncancel --yes --stack dev\nstack export --stack dev\n',
      said: ['an earlier deployment was killed: removing its lock'],
    });
  });

  test('the lock of a running process is kept', async () => {
    await lock({ pid: process.pid, hostname: hostname() });

    await expect(clear()).resolves.toEqual({
      calls: 'whoami --json\nstack export --stack dev\n',
      said: [],
    });
  });
});
