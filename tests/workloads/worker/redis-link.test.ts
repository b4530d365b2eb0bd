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
let lines: { readonly msg: string; readonly givenUp?: string }[];

function linkTo(url: string): RedisLink {
  const write = (line: string) => void lines.push(JSON.parse(line) as (typeof lines)[number]);
  return new RedisLink({ url, log: pino({}, { write }), onError: () => undefined });
}

beforeEach(async () => {
  lines = [];
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
