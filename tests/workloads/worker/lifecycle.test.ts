import { ConsumerLoop } from '../../../workloads/worker/consumer-loop';
import { createLogger } from '../../../workloads/process/logger';
import { NatsLink } from '../../../workloads/process/nats-link';
import { freshLabForEachTest } from '../../support/fresh-lab';
import { type MemeLab, eventually } from '../../support/meme-lab';
import { run } from '../../support/run';

jest.setTimeout(60_000);

let lab: MemeLab;
freshLabForEachTest((fresh) => {
  lab = fresh;
  return lab.bootstrap(3);
});

test('is ready within 1.5 s of processor time', async () => {
  const worker = await lab.startWorker({ ENABLE_CORE_NATS: 'true' });
  // by the clock it takes as long as whatever else this machine does
  expect(await worker.metric('process_cpu_seconds_total')).toBeLessThan(1.5);
});

test('work that ignores every signal does not hold up the end', async () => {
  const log = createLogger({ name: 'test', level: 'silent' });
  const link = await NatsLink.open({ url: lab.nats.url, name: 'test', log });
  let held = 0;
  const loop = new ConsumerLoop({
    link,
    stream: 'MEMES',
    consumer: 'meme-generator',
    concurrency: 2,
    handle: () => {
      held++;
      return new Promise<void>(() => undefined);
    },
    log,
  });
  await loop.start();
  await lab.request({ id: 'stuck', prompt: 'stuck' });
  await eventually('work', 5000, async () => held === 1);
  await loop.stop(200);
  await link.close(500);
  await lab.startWorker();
  expect(await lab.whenAnswered(1, 20_000)).toMatchObject([{ id: 'stuck' }]);
});

test('--help lists every flag with its variable and default', async () => {
  const { code, stdout } = await run('node', [`${lab.staged}/worker.cjs`, '--help']);
  expect(code).toBe(0);
  const words = stdout.replace(/\s+/g, ' ');
  for (const name of [
    'NATS_URL NATS_STREAM NATS_CONSUMER NATS_REQUEST_SUBJECT NATS_RESPONSE_SUBJECT REDIS_URL',
    'HF_API_TOKEN HF_API_URL HF_TIMEOUT_SECONDS CACHE_TTL METRICS_ADDR GENERATOR POD_NAME LOG_LEVEL',
    'WORKER_CONCURRENCY LOCAL_GENERATOR_SECONDS SHUTDOWN_GRACE_SECONDS ENABLE_CORE_NATS',
    'CORE_NATS_QUEUE_GROUP RATE_LIMIT_PER_MINUTE DENY_WORDS',
  ].flatMap((line) => line.split(' '))) {
    expect(words).toContain(`env: ${name}`);
  }
  expect(words).toContain('(env: CORE_NATS_QUEUE_GROUP, default: meme-generator-core)');
});
