import { freshLabForEachTest } from '../../support/fresh-lab';
import { eventually, type MemeLab } from '../../support/meme-lab';

jest.setTimeout(90_000);

let lab: MemeLab;
freshLabForEachTest((fresh) => {
  lab = fresh;
  return lab.bootstrap(3);
});

test('pulls that are refused back off, are told once, make the worker unready, and bootstrap repairs it', async () => {
  const { config } = await lab.manager.consumers.info('MEMES', 'meme-generator');
  const changed = { ...config, max_expires: 10e9 };
  await lab.manager.consumers.update('MEMES', 'meme-generator', changed);
  const worker = await lab.startWorker({}, { untilReady: false });
  await eventually('a reason', 20_000, async () => {
    const { status, text } = await worker.get('/readyz');
    return status === 503 && text.includes('refuses the pull: 409 Exceeded MaxRequestExpires');
  });
  const before = await worker.metric('process_cpu_seconds_total');
  await new Promise((resolve) => setTimeout(resolve, 5000));
  expect((await worker.metric('process_cpu_seconds_total')) - before).toBeLessThan(0.5);
  expect(worker.log.filter(({ msg }) => msg.includes('refuses the pull'))).toHaveLength(1);
  await lab.bootstrap(3);
  await worker.whenReady();
  await lab.request({ id: 'late', prompt: 'late', small_image: true });
  expect(await lab.whenAnswered(1)).toMatchObject([{ id: 'late', subject: 'meme.response' }]);
});

test('a stream that goes while all slots work makes the worker unready', async () => {
  const worker = await lab.startWorker({ WORKER_CONCURRENCY: '1', LOCAL_GENERATOR_SECONDS: '60' });
  await lab.request({ id: 'long', prompt: 'long' });
  await eventually('work', 10_000, async () => (await lab.queue()).working === 1);
  await lab.manager.streams.delete('MEMES');
  await eventually('a reason', 30_000, async () => {
    const { status, text } = await worker.get('/readyz');
    return status === 503 && text.includes('stream not found');
  });
  await lab.bootstrap(3);
  await worker.whenReady(30_000);
});
