import { type MemeResponse } from '../../../workloads/protocol/response';
import { freshLabForEachTest, freshModelForEachTest } from '../../support/fresh-lab';
import { type MemeLab, eventually } from '../../support/meme-lab';
import { type ModelServer, sendPicture, TINY_PNG } from '../../support/model-server';
import { type WorkerProcess } from '../../support/worker-process';

jest.setTimeout(90_000);

const CORE = { ENABLE_CORE_NATS: 'true' };
let lab: MemeLab;
let model: ModelServer;

freshLabForEachTest((fresh) => {
  lab = fresh;
  return lab.bootstrap(3);
});
freshModelForEachTest((fresh) => (model = fresh));

/** Published as a browser does it: without asking JetStream for anything. */
function publish(id: string | undefined, prompt: string): void {
  lab.connection.publish('meme.request', JSON.stringify({ id, prompt }));
}

async function sum(workers: readonly WorkerProcess[], metric: string): Promise<number> {
  const values = await Promise.all(workers.map((worker) => worker.metric(metric)));
  return values.reduce((total, value) => total + value, 0);
}

test('makes each picture once over three workers, and answers core and jetstream', async () => {
  model.reply = sendPicture(TINY_PNG, 20);
  const heard: string[] = [];
  const watcher = lab.connection.subscribe('meme.response', {
    callback: (_error, message) => heard.push(message.json<MemeResponse>().request_id),
  });
  const env = { ...CORE, ...model.env, CACHE_TTL: '0' };
  const workers = await Promise.all([1, 2, 3].map(() => lab.startWorker(env)));
  const ids = Array.from({ length: 60 }, (_, index) => `dual-${index}`);
  for (const id of ids) {
    publish(id, `meme ${id}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  const answers = await lab.whenAnswered(60, 40_000);
  expect(answers.map(({ id }) => id).sort()).toEqual([...ids].sort());
  expect([...new Set(heard)].sort()).toEqual([...ids].sort());
  expect(model.calls).toBe(60);
  expect(await sum(workers, 'meme_generator_core_nats_messages_total')).toBe(60);
  expect(await sum(workers, 'meme_generator_jetstream_messages_total')).toBe(60);
  const byCore = await sum(workers, 'meme_generator_success_total{source="core"');
  const byStream = await sum(workers, 'meme_generator_success_total{source="jetstream"');
  expect(byCore + byStream).toBe(60);
  expect(byCore).toBeGreaterThan(0);
  expect(await sum(workers, 'meme_generator_duplicate_messages_total')).toBeGreaterThanOrEqual(
    byCore,
  );
  expect(await sum(workers, 'meme_generator_claim_conflicts_total')).toBeGreaterThan(0);
  const sources = workers.flatMap(({ log }) =>
    log.filter(({ msg }) => msg === 'answered').map(({ source }) => source),
  );
  expect(new Set(sources)).toEqual(new Set(['core', 'jetstream']));
  expect(await lab.queue()).toEqual({ waiting: 0, working: 0, stored: 0 });
  watcher.unsubscribe();
});

test('answers what a worker held when it was killed, through the durable message', async () => {
  model.reply = sendPicture(TINY_PNG, 60_000);
  const doomed = await lab.startWorker({ ...CORE, ...model.env });
  publish('held', 'held by core');
  await eventually('the model to be asked', 10_000, async () => model.calls === 1);
  model.reply = sendPicture(TINY_PNG);
  const heir = await lab.startWorker({ ...CORE, ...model.env });
  await doomed.kill();
  const [answer] = await lab.whenAnswered(1, 30_000);
  expect(answer).toMatchObject({ id: 'held', body: { worker: 'worker-1' } });
  expect(model.calls).toBe(2);
  expect(await heir.metric('meme_generator_success_total{source="jetstream"')).toBe(1);
});

test('works on no more than it may, whichever way the requests come', async () => {
  let now = 0;
  let most = 0;
  model.reply = (response, prompt) => {
    most = Math.max(most, ++now);
    response.once('finish', () => now--);
    sendPicture(TINY_PNG, 100)(response, prompt);
  };
  await lab.startWorker({ ...CORE, ...model.env, WORKER_CONCURRENCY: '3' });
  for (let each = 0; each < 30; each++) publish(`bound-${each}`, `bound ${each}`);
  expect(await lab.whenAnswered(30, 30_000)).toHaveLength(30);
  expect(most).toBe(3);
  expect(model.calls).toBe(30);
});

test('without Redis, jetstream answers alone and the log says what was given up', async () => {
  await lab.redis.stop();
  const worker = await lab.startWorker({ ...CORE, ...model.env });
  for (let each = 0; each < 5; each++) publish(`alone-${each}`, `alone ${each}`);
  expect(await lab.whenAnswered(5, 30_000)).toHaveLength(5);
  expect(model.calls).toBe(5);
  expect(await worker.metric('meme_generator_success_total{source="core"')).toBe(0);
  const given = 'redis is away: core nats is given up, jetstream answers alone';
  expect(worker.log.filter(({ msg }) => msg === given)).toHaveLength(1);
});

test('a Redis restarted empty brings no second picture', async () => {
  model.reply = sendPicture(TINY_PNG, 4000);
  const env = { ...CORE, ...model.env };
  await Promise.all([lab.startWorker(env), lab.startWorker(env)]);
  publish('long', 'long work');
  await eventually('the model to be asked', 10_000, async () => model.calls === 1);
  await lab.redis.stop();
  await lab.redis.resume();
  expect(await lab.whenAnswered(1, 30_000)).toHaveLength(1);
  expect(model.calls).toBe(1);
});

test('a request without an id is left to jetstream', async () => {
  const worker = await lab.startWorker({ ...CORE, ...model.env });
  publish(undefined, 'nameless');
  await lab.whenAnswered(1);
  expect(await worker.metric('meme_generator_outcomes_total{source="core",outcome="left"')).toBe(1);
  expect(model.calls).toBe(1);
});

test('takes nothing from core nats unless told to', async () => {
  const worker = await lab.startWorker(model.env);
  publish('plain', 'plain');
  await lab.whenAnswered(1);
  expect(await worker.metric('meme_generator_core_nats_messages_total')).toBe(0);
});
