import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasStaleLock, pendingCreates } from '../../local/interrupted-up';

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

test('objects whose creation was begun are looked for under their names', () => {
  const object = (type: string, urn: string, metadata?: object) => ({
    type: 'creating',
    resource: { urn, type, inputs: { ...(metadata && { metadata }) } },
  });

  expect(
    pendingCreates([
      object('kubernetes:apps/v1:Deployment', 'urn:1', { name: 'worker', namespace: 'lab' }),
      object('kubernetes:core/v1:Namespace', 'urn:2', { name: 'lab' }),
      object('pulumi-nodejs:dynamic:Resource', 'urn:3'),
      { ...object('kubernetes:core/v1:Service', 'urn:4', { name: 'nats' }), type: 'updating' },
    ]),
  ).toEqual([
    ...['--import-pending-creates', 'urn:1', '--import-pending-creates', 'lab/worker'],
    ...['--import-pending-creates', 'urn:2', '--import-pending-creates', 'lab'],
    '--clear-pending-creates',
  ]);
});
