import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Redis from 'ioredis';
import { START_REDIS } from '../../../../charts/platform/redis/redis-memory';
import { freePort } from '../../../../cli/bench/free-port';

jest.setTimeout(90_000);

const MIB = 1024 * 1024;

let cgroup: string;
let server: ChildProcess;
let client: Redis;
let port: number;

beforeEach(async () => {
  cgroup = await mkdtemp(join(tmpdir(), 'redis-memory-'));
});

afterEach(async () => {
  client.disconnect();
  if (server.exitCode === null) {
    const exit = once(server, 'exit');
    server.kill('SIGTERM');
    await exit;
  }
  await rm(cgroup, { recursive: true, force: true });
});

async function setLimit(file: string, limit: string): Promise<void> {
  await mkdir(dirname(join(cgroup, file)), { recursive: true });
  await writeFile(join(cgroup, file), `${limit}\n`);
}

async function start(password = ''): Promise<void> {
  port = await freePort();
  // as a container gets it
  const script = START_REDIS.replaceAll('$$', () => '$');
  const args = ['-c', script, 'redis', String(port), '--save', '', '--bind', '127.0.0.1'];
  server = spawn('sh', args, {
    env: { ...process.env, CGROUP: cgroup, REDISCLI_AUTH: password },
    stdio: 'ignore',
  });
  client = new Redis({ port, password, host: '127.0.0.1', retryStrategy: () => 50 });
  client.on('error', () => undefined);
  await client.ping();
}

const maxMemory = async () => Number(((await client.config('GET', 'maxmemory')) as string[])[1]);

async function untilMaxMemoryIs(bytes: number): Promise<void> {
  while ((await maxMemory()) !== bytes) await sleep(50);
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

/** One that has ended and that nobody has asked about yet does not run. */
async function runs(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return stat.slice(stat.lastIndexOf(')')).at(2) !== 'Z';
}

test.each([
  ['v2', 'memory.max'],
  ['v1', 'memory/memory.limit_in_bytes'],
])(
  'maxmemory follows the limit of the container, up and down, with cgroup %s',
  async (_v, file) => {
    await setLimit(file, String(100 * MIB));
    await start();
    expect(await maxMemory()).toBe(75 * MIB);
    await client.set('kept', 'over the change');

    await setLimit(file, String(200 * MIB));
    await untilMaxMemoryIs(150 * MIB);
    await setLimit(file, String(120 * MIB));
    await untilMaxMemoryIs(90 * MIB);

    expect(await client.get('kept')).toBe('over the change');
  },
);

test('a password keeps others out, and neither the server nor what follows the limit shows it', async () => {
  await setLimit('memory.max', String(100 * MIB));
  await start('a-password');
  const stranger = new Redis({ port, host: '127.0.0.1' });
  stranger.on('error', () => undefined);
  const refusal = await stranger.ping().catch((error: Error) => error.message);
  stranger.disconnect();
  expect(refusal).toMatch(/^NOAUTH/);
  for (const pid of [server.pid!, ...(await childrenOf(server.pid!))])
    expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).not.toContain('a-password');

  await setLimit('memory.max', String(200 * MIB));
  await untilMaxMemoryIs(150 * MIB);
});

test('without a limit Redis has none', async () => {
  await setLimit('memory.max', 'max');
  await start();

  expect(await maxMemory()).toBe(0);
});

test('redis-server is the process that gets the signals, and what follows the limit ends with it', async () => {
  await setLimit('memory.max', String(100 * MIB));
  await start();
  const followers = await childrenOf(server.pid!);
  expect(followers).not.toEqual([]);
  const exit = once(server, 'exit');
  server.kill('SIGTERM');

  expect(await exit).toEqual([0, null]);
  for (const pid of followers) while (await runs(pid)) await sleep(50);
});
