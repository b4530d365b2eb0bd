import sharp from 'sharp';
import { deriveId } from '../../../workloads/worker/delivery';
import { freshLabForEachTest } from '../../support/fresh-lab';
import { type MemeLab, eventually } from '../../support/meme-lab';

jest.setTimeout(60_000);

let lab: MemeLab;
freshLabForEachTest((fresh) => {
  lab = fresh;
  return lab.bootstrap(3);
});

test('answers a request with a picture that can be decoded', async () => {
  await lab.request({ id: 'one', prompt: 'hello queue', small_image: true });
  const worker = await lab.startWorker();
  const [answer] = await lab.whenAnswered(1);
  expect(answer).toMatchObject({
    subject: 'meme.response',
    id: 'one',
    body: { request_id: 'one', prompt: 'hello queue', worker: 'worker-0', cached: false },
  });
  expect(answer!.body.queued_ms).toBeGreaterThan(0);
  expect(Math.abs(answer!.body.timestamp - Date.now() / 1000)).toBeLessThan(30);
  const picture = await sharp(Buffer.from(answer!.body.image_data!, 'base64')).metadata();
  expect(picture).toMatchObject({ format: 'jpeg', width: 512, height: 512 });
  expect(await worker.metric('meme_generator_success_total')).toBe(1);
  expect(await lab.queue()).toEqual({ waiting: 0, working: 0, stored: 0 });
});

test('answers a repeated prompt from the cache, whatever its case and spaces', async () => {
  const worker = await lab.startWorker();
  await lab.request({ id: 'first', prompt: 'Same  Prompt' });
  await lab.whenAnswered(1);
  await lab.request({ id: 'second', prompt: 'same prompt ' });
  const [first, second] = await lab.whenAnswered(2);
  expect(second!.body.cached).toBe(true);
  expect(second!.body.image_data).toBe(first!.body.image_data);
  expect(await worker.metric('meme_generator_cache_hits_total')).toBe(1);
});

test('makes a picture once for many requests at the same time, across workers', async () => {
  const env = { LOCAL_GENERATOR_SECONDS: '1', WORKER_CONCURRENCY: '3' };
  const workers = await Promise.all([lab.startWorker(env), lab.startWorker(env)]);
  for (let each = 0; each < 6; each++) await lab.request({ id: `same-${each}`, prompt: 'popular' });
  const answers = await lab.whenAnswered(6);
  expect(answers.filter(({ body }) => !body.cached)).toHaveLength(1);
  const made = await Promise.all(
    workers.map((worker) => worker.metric('meme_generator_generation_duration_seconds_count')),
  );
  expect(made[0]! + made[1]!).toBe(1);
});

test('answers each id once over two workers, also when requests are published twice', async () => {
  const env = { LOCAL_GENERATOR_SECONDS: '0.2' };
  const workers = await Promise.all([lab.startWorker(env), lab.startWorker(env)]);
  const ids = Array.from({ length: 12 }, (_, index) => `id-${index}`);
  for (const id of [...ids, ...ids]) await lab.request({ id, prompt: `meme ${id}` });
  const answers = await lab.whenAnswered(12);
  expect(answers.map(({ id }) => id).sort()).toEqual([...ids].sort());
  const duplicates = await Promise.all(
    workers.map((worker) => worker.metric('meme_generator_duplicate_messages_total')),
  );
  expect(duplicates[0]! + duplicates[1]!).toBe(12);
  expect(new Set(answers.map(({ body }) => body.worker))).toEqual(
    new Set(['worker-0', 'worker-1']),
  );
});

test('answers what is no request with an error, and goes on', async () => {
  const worker = await lab.startWorker();
  await lab.request('{ not json', 'from-header');
  await lab.request('"text"');
  await lab.request({ id: 'empty', prompt: ' ' });
  await lab.request({ id: 'typed', prompt: 'x', fast_mode: 'yes' });
  await lab.request({ id: 'long', prompt: 'x'.repeat(100_000) });
  await lab.request({ id: 'bad\nid', prompt: 'fine' });
  const answers = await lab.whenAnswered(6);
  const errors = answers.filter(({ subject }) => subject === 'meme.response.error');
  const texts = new Map(errors.map(({ id, body }) => [id, body.error]));
  expect(texts.get('from-header')).toMatch(/^request is not JSON: it starts with "{ not json"/);
  expect(texts.get('empty')).toBe('\'prompt\' is " ": must not be empty');
  expect(texts.get('typed')).toMatch(/^'fast_mode' is "yes": /);
  expect(texts.get('long')).toBe(
    "'prompt' has 100000 characters: at most 2000 are allowed; shorten it",
  );
  expect([...texts.values()].some((text) => text.startsWith('request is not a JSON object'))).toBe(
    true,
  );
  expect([...texts.values()].some((text) => text.startsWith("'id' is "))).toBe(true);
  expect(texts.size).toBe(6);
  expect(await worker.metric('meme_generator_errors_total{reason="invalid"')).toBe(6);
  await lab.request({ id: 'after', prompt: 'still alive' });
  expect((await lab.whenAnswered(7)).at(-1)).toMatchObject({
    id: 'after',
    subject: 'meme.response',
  });
});

test('what is larger than any request is answered with an error, also to a plain publisher', async () => {
  const huge = JSON.stringify({ id: 'huge', prompt: 'x'.repeat(256 * 1024) });
  lab.connection.publish('meme.request', huge);
  await lab.startWorker();
  const [answer] = await lab.whenAnswered(1);
  expect(answer).toMatchObject({ id: 'huge', subject: 'meme.response.error' });
  expect(answer!.body.error).toBe(
    `request has ${huge.length} bytes: at most 262144 are allowed; shorten the prompt`,
  );
  expect((await lab.queue()).stored).toBe(0);
});

test('gives a request without an id the same id at every delivery', async () => {
  await lab.request({ prompt: 'nameless' });
  const { seq, timestamp } = await lab.manager.streams.getMessage('MEMES', { seq: 1 });
  const first = await lab.startWorker({ LOCAL_GENERATOR_SECONDS: '30' });
  await eventually('a first delivery', 10_000, async () => (await lab.queue()).working === 1);
  await first.kill();
  const second = await lab.startWorker();
  const [answer] = await lab.whenAnswered(1);
  expect(await second.metric('meme_generator_redeliveries_total')).toBeGreaterThan(0);
  expect(answer!.id).toBe(deriveId('MEMES', seq, Date.parse(timestamp)));
  expect(answer!.body.request_id).toBe(answer!.id);
});

test('never takes more requests than it works on', async () => {
  for (let each = 0; each < 8; each++) await lab.request({ id: `c-${each}`, prompt: `c ${each}` });
  await lab.startWorker({ WORKER_CONCURRENCY: '2', LOCAL_GENERATOR_SECONDS: '0.5' });
  const seen: number[] = [];
  await eventually('an empty queue', 20_000, async () => {
    const { waiting, working } = await lab.queue();
    seen.push(working);
    return waiting + working === 0;
  });
  expect(Math.max(...seen)).toBe(2);
  expect(await lab.answers()).toHaveLength(8);
});

test('holds a job that takes longer than the acknowledgement wait', async () => {
  const env = { LOCAL_GENERATOR_SECONDS: '5' };
  const workers = await Promise.all([lab.startWorker(env), lab.startWorker(env)]);
  await lab.request({ id: 'slow', prompt: 'slow' });
  const answers = await lab.whenAnswered(1);
  expect(answers).toHaveLength(1);
  for (const worker of workers) {
    expect(await worker.metric('meme_generator_redeliveries_total')).toBe(0);
  }
});
