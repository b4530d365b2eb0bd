import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RequestRecord } from '../../../workloads/load/request-record';
import {
  LOAD_SUBJECTS,
  loadReplySchema,
  loadStateSchema,
  type LoadState,
} from '../../../workloads/protocol/load-request';
import { createLogger } from '../../../workloads/process/logger';
import { LoadService } from '../../../workloads/load/load-service';
import { prepareLoad } from '../../../workloads/load/prepared-load';
import { MemeLab, eventually } from '../../support/meme-lab';
import { runTs } from '../../support/run';
import { stagedImage } from '../../support/staged-image';

jest.setTimeout(120_000);

let lab: MemeLab;
let folder: string;

beforeAll(async () => {
  lab = await MemeLab.start(await stagedImage('worker'));
  await lab.bootstrap();
  await lab.startWorker({ WORKER_CONCURRENCY: '8' });
  folder = await mkdtemp(join(tmpdir(), 'load-'));
});

afterAll(async () => {
  await lab.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a run from a shell follows each request from its publication to its answer', async () => {
  const records = join(folder, 'records.jsonl');

  const { code, stdout, stderr } = await runTs('workloads/load/run.ts', [
    '--nats-url',
    lab.nats.url,
    '--profile',
    'burst',
    '--records',
    records,
  ]);

  expect(stderr).toBe('');
  expect(stdout).toMatch(/150 sent, 0 refused, 150 answered \(0 from the cache\), 0 failed/);
  expect(code).toBe(0);
  const lines = (await readFile(records, 'utf8')).trimEnd().split('\n');
  const all = lines.map((line) => JSON.parse(line) as RequestRecord);
  expect(all).toHaveLength(150);
  const incomplete = all.filter(
    ({ ackMs, totalMs, queuedMs, generationMs, replyMs, worker, answers }) =>
      answers !== 1 ||
      worker !== 'worker-0' ||
      [ackMs, totalMs, queuedMs, generationMs, replyMs].some((ms) => !(Number(ms) >= 0)),
  );
  expect(incomplete).toEqual([]);
  const inconsistent = all.filter(
    ({ totalMs, queuedMs, generationMs }) => totalMs! + 50 < queuedMs! + generationMs!,
  );
  expect(inconsistent).toEqual([]);
});

test('a profile that does not exist is a wrong setting', async () => {
  const { code, stderr } = await runTs('workloads/load/run.ts', ['--profile', 'flood']);

  expect(code).toBe(2);
  expect(stderr).toContain(`'--profile' is "flood": must be one of single, burst, ramp`);
});

describe('on order over NATS', () => {
  let service: LoadService;

  beforeAll(async () => {
    const config = { natsUrl: lab.nats.url, drainSeconds: 60 };
    service = new LoadService({
      connection: lab.connection,
      limits: { maxRequests: 500, maxSeconds: 100 },
      log: createLogger({ name: 'load', level: 'silent' }),
      prepare: (order, runId) => prepareLoad(order, runId, config),
    });
    await service.start();
  });

  afterAll(() => service.close());

  const ask = async (subject: string, body: unknown = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const message = await lab.connection.request(subject, text, { timeout: 5000 });
    return loadReplySchema.parse(message.json());
  };

  test('the state says what may be asked for, and nothing over the limits', async () => {
    const { state } = await ask(LOAD_SUBJECTS.get);

    expect(state.running).toBe(false);
    expect(state.offers.map(({ name }) => name)).toEqual(['single', 'burst', 'ramp', 'spike']);
  });

  test.each([
    ['no JSON', 'burst', 'the order is not JSON; send for example {"profile":"burst"}'],
    [
      'an unknown profile',
      { profile: 'flood' },
      /^the order is wrong: "profile": .*profiles: single/,
    ],
    ['more than it may', { profile: 'six-thousand' }, /makes 6000 requests, allowed: at most 500/],
    ['a page that is not configured', { profile: 'ramp', target: 'http' }, /set 'FRONTEND_URL'/],
    ['an endless text', 'x'.repeat(2000), 'the order has 2000 bytes, allowed: at most 1024'],
  ])('%s is refused with the reason', async (_, order, reason) => {
    const reply = await ask(LOAD_SUBJECTS.start, order);

    expect(reply).toMatchObject({ ok: false, state: { running: false } });
    expect(reply.ok || reply.error).toEqual(
      typeof reason === 'string' ? reason : expect.stringMatching(reason),
    );
  });

  test('one load runs at a time, is shown while it runs, and can be stopped', async () => {
    const states: LoadState[] = [];
    const subscription = lab.connection.subscribe(LOAD_SUBJECTS.state, {
      callback: (_, message) => states.push(loadStateSchema.parse(message.json())),
    });

    const started = await ask(LOAD_SUBJECTS.start, { profile: 'ramp' });
    const second = await ask(LOAD_SUBJECTS.start, { profile: 'single' });
    await eventually(
      'a request on its way',
      20_000,
      async () => (states.at(-1)?.run?.sent ?? 0) > 2,
    );
    await ask(LOAD_SUBJECTS.stop);
    await eventually('the end', 30_000, async () => states.at(-1)?.run?.phase === 'stopped');

    subscription.unsubscribe();
    expect(started).toMatchObject({ ok: true, state: { running: true, run: { planned: 480 } } });
    expect(second).toMatchObject({ ok: false, error: expect.stringContaining('runs already') });
    const last = states.at(-1)!;
    expect(last.running).toBe(false);
    expect(last.run).toMatchObject({ profile: 'ramp', target: 'memes', refused: 0, failed: 0 });
    expect(last.run!.sent).toBeLessThan(480);
    expect(last.run!.answered).toBe(last.run!.sent);
  });
});
