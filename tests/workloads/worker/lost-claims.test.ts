import { createInbox } from 'nats';
import { Redis } from 'ioredis';
import { freshLabForEachTest, freshModelForEachTest } from '../../support/fresh-lab';
import { eventually, type MemeLab } from '../../support/meme-lab';
import { type ModelServer, sendPicture, TINY_PNG } from '../../support/model-server';
import { TcpProxy } from '../../support/tcp-proxy';

jest.setTimeout(90_000);

let lab: MemeLab;
let model: ModelServer;
freshLabForEachTest((fresh) => {
  lab = fresh;
  return lab.bootstrap(2);
});
freshModelForEachTest((fresh) => (model = fresh));

async function listen(inbox: string): Promise<string[]> {
  const workers: string[] = [];
  lab.connection.subscribe(inbox, {
    callback: (_error, message) => workers.push(message.json<{ worker: string }>().worker),
  });
  await lab.connection.flush();
  return workers;
}

test('a worker that was frozen in the middle of its work does not answer a second time', async () => {
  const inbox = createInbox();
  const answeredBy = await listen(inbox);
  model.reply = sendPicture(TINY_PNG, 2500);
  const env = { ...model.env, CACHE_TTL: '0' };
  const frozen = await lab.startWorker(env);
  await lab.request({ id: 'frozen', prompt: 'frozen', reply_to: inbox });
  await eventually('the model to be asked', 10_000, async () => model.calls === 1);
  frozen.signal('SIGSTOP');
  model.reply = sendPicture(TINY_PNG);
  await lab.startWorker(env);
  await eventually('an answer', 20_000, async () => answeredBy.length > 0);
  frozen.signal('SIGCONT');
  await eventually('a word', 20_000, async () =>
    frozen.log.some(({ msg }) => msg === 'someone else answers this request by now, leaving it'),
  );
  expect(answeredBy).toEqual(['worker-1']);
  expect(await frozen.metric('meme_generator_success_total')).toBe(0);
  expect(await lab.whenAnswered(1)).toHaveLength(1);
});

test('a worker cut off from NATS alone lets go of its claim, and answers nothing when it is back', async () => {
  const inbox = createInbox();
  const answeredBy = await listen(inbox);
  const proxy = await TcpProxy.start(lab.nats.url);
  model.reply = sendPicture(TINY_PNG, 12_000);
  const env = { ...model.env, ENABLE_CORE_NATS: 'true', CACHE_TTL: '0' };
  const { port } = proxy;
  await lab.startWorker({ ...env, NATS_URL: `nats://127.0.0.1:${port}` });
  const body = JSON.stringify({ id: 'cut', prompt: 'cut', reply_to: inbox });
  lab.connection.publish('meme.request', body);
  await eventually('the model to be asked', 10_000, async () => model.calls === 1);
  await proxy.stop();
  model.reply = sendPicture(TINY_PNG);
  await lab.startWorker(env);
  await eventually('an answer', 10_000, async () => answeredBy.length === 1);
  const again = await TcpProxy.start(lab.nats.url, Infinity, port);
  try {
    await new Promise((resolve) => setTimeout(resolve, 13_000));
    expect(answeredBy).toEqual(['worker-1']);
  } finally {
    await again.stop();
  }
});

test('an acknowledgement wait that is no whole number of milliseconds leaves claims on', async () => {
  const { config } = await lab.manager.consumers.info('MEMES', 'meme-generator');
  const changed = { ...config, ack_wait: 2_001_000_000 };
  await lab.manager.consumers.update('MEMES', 'meme-generator', changed);
  const worker = await lab.startWorker({ LOG_LEVEL: 'debug' });
  await lab.request({ id: 'claimed', prompt: 'claimed', small_image: true });
  await lab.whenAnswered(1);
  expect(worker.log.find(({ msg }) => msg === 'claim')).toMatchObject({ state: 'mine' });
  expect(await worker.metric('meme_generator_cache_errors_total')).toBe(0);
});

test('an id that is used again for something else is answered again', async () => {
  await lab.startWorker(model.env);
  await lab.request({ id: 'again', prompt: 'first' });
  await lab.whenAnswered(1);
  await lab.request({ id: 'again', prompt: 'second', reply_to: 'meme.reply.second' });
  const answers = await lab.whenAnswered(3);
  expect(answers.find(({ subject }) => subject === 'meme.reply.second')!.body).toMatchObject({
    request_id: 'again',
    prompt: 'second',
  });
  await lab.request({ id: 'again', prompt: 'second', reply_to: 'meme.reply.second' });
  expect(await lab.whenAnswered(3)).toHaveLength(3);
});

test.each(['', 'image/png', 'image/png\0'])(
  'a cache entry cut to "%s" is no picture',
  async (left) => {
    const first = await lab.startWorker(model.env);
    await lab.request({ id: 'fill', prompt: 'cut' });
    await lab.whenAnswered(1);
    await first.kill();
    const redis = new Redis(lab.redis.url, { password: lab.env('worker').REDIS_PASSWORD });
    const keys = await redis.keys('meme:image:*');
    expect(keys).toHaveLength(1);
    await redis.set(keys[0]!, left);
    redis.disconnect();
    await lab.startWorker(model.env);
    await lab.request({ id: 'use', prompt: 'cut' });
    const answers = await lab.whenAnswered(2);
    expect(answers[1]!.body).toMatchObject({
      cached: false,
      image_data: TINY_PNG.toString('base64'),
    });
  },
);
