import { Redis } from 'ioredis';
import pino from 'pino';
import { freePort } from '../../../cli/bench/free-port';
import { sleep } from '../../../workloads/process/sleep';
import { RedisLink } from '../../../workloads/worker/redis-link';
import { eventually } from '../../support/meme-lab';
import { RedisServer } from '../../support/redis-server';

jest.setTimeout(60_000);

const NEVER = new AbortController().signal;

let redis: RedisServer;
let link: RedisLink;
let usable: boolean[];
let lines: { readonly msg: string; readonly givenUp?: string }[];

function linkTo(url: string): RedisLink {
  const write = (line: string) => void lines.push(JSON.parse(line) as (typeof lines)[number]);
  return new RedisLink({
    url,
    log: pino({}, { write }),
    onError: () => undefined,
    onUsable: (isUsable) => void usable.push(isUsable),
  });
}

beforeEach(async () => {
  lines = [];
  usable = [];
  redis = await RedisServer.start();
  link = linkTo(redis.url);
  await link.open(5000);
});
afterEach(async () => {
  await link.close();
  await redis.remove();
});

/** What comes without waiting for anything but what is due by now. */
const atOnce = <T>(work: Promise<T>): Promise<T | 'waits'> =>
  Promise.race([work, new Promise<'waits'>((resolve) => setImmediate(() => resolve('waits')))]);

test('one that was lost a moment ago is waited for', async () => {
  await redis.stop();
  await link.run('a look', (client) => client.ping());
  const back = link.whenBack(30_000, NEVER);
  await expect(atOnce(back)).resolves.toBe('waits');
  await redis.resume();
  await expect(back).resolves.toBe(true);
});

test('the wait counts from the loss, however often it is sought since', async () => {
  await redis.stop();
  await link.run('a look', (client) => client.ping());
  await expect(link.whenBack(1500, NEVER)).resolves.toBe(false);
  for (let attempt = 1; attempt <= 5; attempt++) {
    await expect(atOnce(link.whenBack(1500, NEVER))).resolves.toBe(false);
    await sleep(300);
  }
});

test('where it never was there, the wait counts from the first attempt', async () => {
  const nowhere = linkTo(`redis://127.0.0.1:${await freePort()}`);
  await nowhere.open(100);
  await expect(nowhere.whenBack(1500, NEVER)).resolves.toBe(false);
  await expect(atOnce(nowhere.whenBack(1500, NEVER))).resolves.toBe(false);
  await nowhere.close();
});

test('what it refuses is said now and then, and is not taken for its absence', async () => {
  for (let command = 1; command <= 3; command++)
    await expect(link.run('a wish', (client) => client.call('NOSUCH'))).resolves.toBeUndefined();
  expect(lines).toMatchObject([
    { msg: 'redis refused a command, going on without it', givenUp: 'a wish' },
  ]);
  await redis.stop();
  await link.run('a look', (client) => client.ping());
  await eventually('its absence in the log', 10_000, async () =>
    lines.some(({ msg }) => msg === 'redis is away, going on without it'),
  );
});

async function processOf(url: string): Promise<number> {
  const client = new Redis(url);
  const info = await client.info('server');
  client.disconnect();
  return Number(/process_id:(\d+)/.exec(info)![1]);
}

test('one that stops to answer without closing is left after the first silence, and comes back', async () => {
  const frozen = await processOf(redis.url);
  process.kill(frozen, 'SIGSTOP');
  try {
    const started = performance.now();
    for (let command = 1; command <= 20; command++) {
      await expect(link.run('a look', (client) => client.get('key'))).resolves.toBeUndefined();
    }
    // one silence, not one for each command
    expect(performance.now() - started).toBeLessThan(4500);
    const told = lines.filter(({ msg }) => msg === 'redis is away, going on without it');
    expect(told).toHaveLength(1);
    expect(usable.at(-1)).toBe(false);
    // connections are accepted for it by the kernel, which is no sign that it answers
    await sleep(3000);
    expect(usable.at(-1)).toBe(false);
  } finally {
    process.kill(frozen, 'SIGCONT');
  }
  await eventually('its return', 10_000, async () => {
    return (await link.run('a look', (client) => client.set('key', 'value'))) === 'OK';
  });
  expect(usable.at(-1)).toBe(true);
});

test('one that becomes a replica is left, and used again once a master answers', async () => {
  const other = new Redis(redis.url);
  await other.call('REPLICAOF', '127.0.0.1', `${await freePort()}`);
  await expect(link.run('a wish', (client) => client.set('key', 'a'))).resolves.toBeUndefined();
  expect(usable.at(-1)).toBe(false);
  await sleep(2500);
  expect(usable.at(-1)).toBe(false);
  expect(lines.filter(({ msg }) => msg === 'redis is away, going on without it')).toHaveLength(1);
  await other.call('REPLICAOF', 'NO', 'ONE');
  other.disconnect();
  await eventually('a master', 10_000, async () => {
    return (await link.run('a wish', (client) => client.set('key', 'b'))) === 'OK';
  });
  expect(lines.at(-1)).toMatchObject({ msg: 'redis is back' });
});

test('waits by a clock that nobody sets', async () => {
  await redis.stop();
  await link.run('a look', (client) => client.ping());
  const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000);
  try {
    const started = performance.now();
    await expect(link.whenBack(1000, NEVER)).resolves.toBe(false);
    expect(performance.now() - started).toBeLessThan(3000);
  } finally {
    clock.mockRestore();
  }
});
