import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { freshLabForEachTest } from '../../support/fresh-lab';
import { type MemeLab, eventually } from '../../support/meme-lab';

jest.setTimeout(90_000);

const ACK_WAIT_SECONDS = 3;
let lab: MemeLab;
freshLabForEachTest((fresh) => (lab = fresh));

async function publish(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `r-${index}`);
  for (const id of ids) await lab.request({ id, prompt: `meme ${id}`, small_image: true });
  return ids;
}

async function whenWorking(count: number): Promise<void> {
  await eventually(`${count} requests in work`, 10_000, async () => {
    return (await lab.queue()).working >= count;
  });
}

test('finishes its work on SIGTERM, takes no more, and ignores a second signal', async () => {
  await lab.bootstrap(ACK_WAIT_SECONDS);
  const worker = await lab.startWorker({ LOCAL_GENERATOR_SECONDS: '5' });
  await publish(6);
  await whenWorking(2);
  worker.signal('SIGTERM');
  await eventually('readiness off', 2000, async () => (await worker.get('/readyz')).status === 503);
  worker.signal('SIGTERM');
  expect(await worker.exited()).toBe(0);
  expect(await lab.answers()).toHaveLength(2);
  expect(await lab.queue()).toEqual({ waiting: 4, working: 0, stored: 4 });
});

test('gives its work back at once where the grace period is too short', async () => {
  await lab.bootstrap();
  const worker = await lab.startWorker({
    LOCAL_GENERATOR_SECONDS: '30',
    SHUTDOWN_GRACE_SECONDS: '3',
  });
  await publish(1);
  await whenWorking(1);
  worker.signal('SIGTERM');
  expect(await worker.exited()).toBe(0);
  expect(worker.text).toContain('stopping, giving the request back');
  // with the default acknowledgement wait of 20 s, only a message given back can be answered soon
  await lab.startWorker();
  const [answer] = await lab.whenAnswered(1, 8000);
  expect(answer!.body.worker).toBe('worker-1');
});

test('loses nothing when a worker is killed in the middle of its work', async () => {
  await lab.bootstrap(ACK_WAIT_SECONDS);
  const doomed = await lab.startWorker({ LOCAL_GENERATOR_SECONDS: '1' });
  const ids = await publish(8);
  await whenWorking(2);
  await doomed.kill();
  const heir = await lab.startWorker({ LOCAL_GENERATOR_SECONDS: '0.1' });
  const answers = await lab.whenAnswered(8, 30_000);
  expect(answers.map(({ id }) => id).sort()).toEqual(ids);
  expect(await heir.metric('meme_generator_redeliveries_total')).toBeGreaterThanOrEqual(2);
});

test('loses nothing when NATS is restarted under load', async () => {
  await lab.bootstrap(ACK_WAIT_SECONDS);
  const env = { LOCAL_GENERATOR_SECONDS: '0.3' };
  const workers = await Promise.all([lab.startWorker(env), lab.startWorker(env)]);
  const ids = await publish(40);
  await whenWorking(4);
  await lab.nats.restart(1500);
  const answers = await lab.whenAnswered(40, 45_000);
  expect(answers.map(({ id }) => id).sort()).toEqual([...ids].sort());
  for (const worker of workers) await worker.whenReady();
  await lab.request({ id: 'afterwards', prompt: 'afterwards' });
  expect((await lab.whenAnswered(41)).at(-1)!.id).toBe('afterwards');
});

test('goes on without Redis, says so, and uses it again when it is back', async () => {
  await lab.bootstrap(ACK_WAIT_SECONDS);
  await lab.redis.stop();
  const worker = await lab.startWorker();
  await lab.request({ id: 'without', prompt: 'no cache' });
  expect(await lab.whenAnswered(1)).toHaveLength(1);
  expect(await worker.metric('meme_generator_cache_errors_total')).toBeGreaterThan(0);
  const warning = worker.log.find(({ msg }) => msg === 'redis is away, going on without it');
  expect(warning).toMatchObject({ level: 'warn', givenUp: expect.any(String) });

  await lab.redis.resume();
  await eventually('redis back', 10_000, async () =>
    worker.log.some(({ msg }) => msg === 'redis is back'),
  );
  await lab.request({ id: 'fill', prompt: 'cache again' });
  await lab.whenAnswered(2);
  await lab.request({ id: 'hit', prompt: 'cache again' });
  expect((await lab.whenAnswered(3)).at(-1)!.body.cached).toBe(true);
});

test('answers once even without Redis: the stream drops a second answer', async () => {
  await lab.bootstrap(ACK_WAIT_SECONDS);
  await lab.redis.stop();
  const worker = await lab.startWorker();
  await lab.request({ id: 'twice', prompt: 'twice' });
  await lab.whenAnswered(1);
  await lab.request({ id: 'twice', prompt: 'twice' });
  expect(await lab.whenAnswered(1)).toHaveLength(1);
  expect(await worker.metric('meme_generator_duplicate_messages_total')).toBe(1);
});

test('retries what may work later, and answers with an error when the deliveries are used up', async () => {
  await lab.bootstrap(ACK_WAIT_SECONDS);
  let calls = 0;
  const model = createServer((_request, response) => {
    calls++;
    response.writeHead(503, { 'content-type': 'application/json' }).end('{"error":"overloaded"}');
  });
  await new Promise<void>((resolve) => model.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = model.address() as AddressInfo;
    const worker = await lab.startWorker({
      MAX_DELIVERIES: '2',
      HF_API_TOKEN: 'hf_secret',
      HF_API_URL: `http://127.0.0.1:${port}/models/a/b`,
    });
    await lab.request({ id: 'hopeless', prompt: 'hopeless' });
    const answers = await lab.whenAnswered(1);
    expect(answers).toMatchObject([{ id: 'hopeless', subject: 'meme.response.error' }]);
    expect(answers[0]!.body.error).toMatch(/^gave up after 2 attempts: hugging face answered 503/);
    // each delivery tries twice
    expect(calls).toBe(4);
    expect(await lab.queue()).toEqual({ waiting: 0, working: 0, stored: 0 });
    expect(worker.text).not.toContain('hf_secret');
  } finally {
    await new Promise((resolve) => model.close(resolve));
  }
});

test('waits for a consumer that does not exist yet, alive but not ready', async () => {
  const worker = await lab.startWorker({}, { untilReady: false });
  await eventually('a reason', 20_000, async () => {
    const { status, text } = await worker.get('/readyz');
    return status === 503 && text.includes('consumer "meme-generator" of stream "MEMES"');
  });
  expect((await worker.get('/healthz')).status).toBe(200);
  await lab.bootstrap(ACK_WAIT_SECONDS);
  await worker.whenReady();
  await lab.request({ id: 'late', prompt: 'late' });
  expect(await lab.whenAnswered(1)).toHaveLength(1);
});

test('stops at once while it waits for the consumer', async () => {
  const worker = await lab.startWorker({}, { untilReady: false });
  await eventually('a start', 20_000, async () => (await worker.get('/healthz')).status === 200);
  worker.signal('SIGTERM');
  expect(await worker.exited()).toBe(0);
});
