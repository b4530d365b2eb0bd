import { AckPolicy } from 'nats';
import { freshLabForEachTest, freshModelForEachTest } from '../../support/fresh-lab';
import { eventually, type MemeLab } from '../../support/meme-lab';
import { type ModelServer, sendPicture, TINY_PNG } from '../../support/model-server';

jest.setTimeout(90_000);

let lab: MemeLab;
let model: ModelServer;
freshLabForEachTest((fresh) => (lab = fresh));
freshModelForEachTest((fresh) => (model = fresh));

const whenWorking = () =>
  eventually('a request in work', 20_000, async () => (await lab.queue()).working === 1);

test('giving work back at a stop is no attempt at it', async () => {
  await lab.bootstrap(3);
  await lab.request({ id: 'patient', prompt: 'patient', small_image: true });
  for (let stop = 1; stop <= 3; stop++) {
    const stopped = await lab.startWorker({
      MAX_DELIVERIES: '2',
      LOCAL_GENERATOR_SECONDS: '60',
      SHUTDOWN_GRACE_SECONDS: '2',
    });
    await whenWorking();
    stopped.signal('SIGTERM');
    expect(await stopped.exited()).toBe(0);
    expect(stopped.text).toContain('stopping, giving the request back');
  }
  const last = await lab.startWorker({ MAX_DELIVERIES: '2' });
  expect(await lab.whenAnswered(1)).toMatchObject([{ id: 'patient', subject: 'meme.response' }]);
  expect(await last.metric('meme_generator_redeliveries_total')).toBe(1);
});

test('a request above the limit is answered and kept before anything is made of it', async () => {
  await lab.bootstrap(1);
  model.reply = sendPicture(TINY_PNG, 60_000);
  await lab.request({ id: 'killer', prompt: 'killer', reply_to: 'meme.reply.killer' });
  const doomed = await lab.startWorker({ ...model.env, MAX_DELIVERIES: '1' });
  await eventually('the model to be asked', 20_000, async () => model.calls === 1);
  await doomed.kill();
  const survivor = await lab.startWorker({ ...model.env, MAX_DELIVERIES: '1' });
  const answers = await lab.whenAnswered(2, 30_000);
  expect(answers.map(({ subject }) => subject)).toEqual([
    'meme.reply.killer',
    'meme.response.error',
  ]);
  expect(answers[0]!.body.error).toMatch(/^gave up after 1 deliveries, none of which came to an/);
  expect(model.calls).toBe(1);
  expect((await lab.queue()).stored).toBe(0);
  expect(await survivor.metric('meme_generator_dead_letters_total{reason="max-deliveries"')).toBe(
    1,
  );
});

test('a consumer that would stop to deliver makes the worker unready, and bootstrap repairs it', async () => {
  await lab.bootstrap(3);
  const { config } = await lab.manager.consumers.info('MEMES', 'meme-generator');
  await lab.manager.consumers.update('MEMES', 'meme-generator', { ...config, max_deliver: 5 });
  const worker = await lab.startWorker({}, { untilReady: false });
  await eventually('a reason', 20_000, async () => {
    const { status, text } = await worker.get('/readyz');
    return status === 503 && text.includes("'max_deliver' is 5 and must be -1");
  });
  await lab.bootstrap(3);
  await worker.whenReady();
});

test('bootstrap removes the stream of advisories that a lab from before has', async () => {
  await lab.manager.streams.add({
    name: 'MEME_ADVISORIES',
    subjects: ['$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.MEMES.meme-generator'],
  });
  await lab.manager.consumers.add('MEME_ADVISORIES', {
    durable_name: 'dead-letters',
    ack_policy: AckPolicy.Explicit,
  });
  await lab.bootstrap();
  await expect(lab.manager.streams.info('MEME_ADVISORIES')).rejects.toThrow('stream not found');
});
