import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../cli/bench/free-port';
import { type RequestRecord } from '../../../workloads/load/request-record';
import { WebSocketLoad } from '../../../workloads/load/web-socket-load';
import { type LoadProfile } from '../../../workloads/protocol/load-profile';
import { SUBJECTS } from '../../../workloads/protocol/subjects';
import { eventually } from '../../support/meme-lab';
import { PageLab } from '../../support/page-lab';
import { run } from '../../support/run';
import { stagedImage } from '../../support/staged-image';

jest.setTimeout(120_000);

let lab: PageLab;

beforeAll(async () => {
  lab = await PageLab.start();
});

afterAll(() => lab.stop());

const profileOf = (requests: number, clients: number): LoadProfile => ({
  name: 'few',
  description: 'a few at once',
  stages: [{ kind: 'burst', requests }],
  clients,
  repeatShare: 0,
});

const open = (runId: string, profile: LoadProfile) =>
  WebSocketLoad.open({ profile, runId, drainSeconds: 60, url: lab.page.url });

const unstopped = new AbortController().signal;
const ignored = () => undefined;

describe('with a worker', () => {
  beforeAll(async () => {
    await lab.startWorker({ LOCAL_GENERATOR_SECONDS: '0', DENY_WORDS: 'meme 9' });
  });
  afterAll(() => lab.killWorkers());

  test('each request of several sessions is followed to the answer at its own inbox', async () => {
    const nats = await lab.nats.connect('operator');
    const inboxes: string[] = [];
    nats.subscribe('_INBOX.*.meme.*', {
      callback: (_, { subject }) => inboxes.push(subject.split('.')[1]!),
    });
    await nats.flush();
    const load = await open('several', profileOf(9, 3));

    await load.run(unstopped, ignored).finally(() => load.close());

    const { p50Ms, ...counts } = load.counts();
    expect(counts).toMatchObject({
      sent: 9,
      refused: 0,
      answered: 8,
      failed: 1,
      cached: 0,
      duplicates: 0,
    });
    expect(p50Ms).toBeGreaterThan(0);
    const { records } = load.requests;
    expect(records.find(({ error }) => error !== undefined)).toMatchObject({
      id: 'load-several-9',
      error: expect.stringContaining('meme 9'),
    });
    const incomplete = records
      .filter(({ error }) => error === undefined)
      .filter(({ ackMs, totalMs, queuedMs, generationMs, worker }) =>
        [ackMs, totalMs, queuedMs, generationMs].some((ms) => !(ms! >= 0) || worker === undefined),
      );
    expect(incomplete).toEqual([]);
    await eventually('nine answers seen', 5000, async () => inboxes.length === 9);
    expect(new Set(inboxes).size).toBe(3);
  });

  test('the image makes it from the address of the page alone, with a line for each request', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'load-'));
    const program = join(await stagedImage('load'), 'run.cjs');
    const records = join(folder, 'records.jsonl');
    const order = ['--profile', 'single', '--target', 'websocket', '--records', records];

    const { code, stdout, stderr } = await run('node', [program, ...order], {
      env: { FRONTEND_URL: lab.page.url },
    });

    expect(stderr).toBe('');
    expect(stdout).toMatch(/1 requests on websocket/);
    expect(stdout).toMatch(/1 sent, 0 refused, 1 answered/);
    expect(code).toBe(0);
    const record = JSON.parse(await readFile(records, 'utf8')) as RequestRecord;
    expect(record).toMatchObject({ answers: 1, cached: false });
    await rm(folder, { recursive: true });
  });
});

test('a page that is away is said with its address', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const opening = WebSocketLoad.open({
    profile: profileOf(1, 2),
    runId: 'away',
    drainSeconds: 1,
    url,
  });

  await expect(opening).rejects.toThrow(
    `no browser session through "${url.replace('http', 'ws')}/ws": connect ECONNREFUSED`,
  );
});

test('requests without an answer are an error, not a wait without end', async () => {
  const load = await WebSocketLoad.open({
    profile: profileOf(2, 1),
    runId: 'silent',
    drainSeconds: 1,
    url: lab.page.url,
  });

  await expect(load.run(unstopped, ignored).finally(() => load.close())).rejects.toThrow(
    '2 requests have no answer 1 s after the last one',
  );
  expect(load.counts()).toMatchObject({ sent: 2, refused: 0, answered: 0 });
});

test('a load whose answers cannot be read any more sends nothing more', async () => {
  const nats = await lab.nats.connect('operator');
  const load = await open('unheard', {
    ...profileOf(1, 2),
    stages: [{ kind: 'linear', seconds: 3600, fromPerSecond: 20, toPerSecond: 20 }],
  });
  const answering = nats.subscribe(SUBJECTS.request, {
    callback: (_, message) => {
      nats.publish(message.json<{ reply_to: string }>().reply_to, 'no JSON');
    },
  });
  await nats.flush();

  await expect(load.run(unstopped, ignored)).rejects.toThrow(/JSON/i);
  answering.unsubscribe();

  const counts = load.counts();
  await load.close();
  // many requests would be due meanwhile
  await sleep(1000);
  expect(load.counts()).toEqual(counts);
});

test('what a session waited for when its connection was lost has failed', async () => {
  const load = await open('lost', profileOf(4, 2));
  const running = load.run(unstopped, ignored);
  await eventually('four confirmations', 20_000, async () => {
    const { records } = load.requests;
    return records.length === 4 && records.every(({ ackMs }) => ackMs !== undefined);
  });

  await lab.page.stop();
  await running.finally(() => load.close());

  expect(load.counts()).toMatchObject({ sent: 4, refused: 0, answered: 0, failed: 4 });
  expect(load.requests.records[0]!.error).toContain('lost its connection');
});
