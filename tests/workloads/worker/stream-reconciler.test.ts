import { join } from 'node:path';
import { connect, type JetStreamManager, type NatsConnection } from 'nats';
import { freePort } from '../../../cli/bench/free-port';
import { eventually } from '../../support/meme-lab';
import { SecuredNats } from '../../support/nats-lab';
import { NatsServer } from '../../support/nats-server';
import { stagedImage } from '../../support/staged-image';
import { WorkerProcess } from '../../support/worker-process';

jest.setTimeout(90_000);

const RETENTION_CONFLICT =
  '\'retention\' of stream "MEMES" is "limits" and must be "workqueue", which cannot be changed: ' +
  'delete the stream with its messages, or choose another name';

let program: string;
let nats: NatsServer;
let connection: NatsConnection;
let manager: JetStreamManager;
let reconcilers: WorkerProcess[];

beforeAll(async () => {
  program = join(await stagedImage('worker'), 'bootstrap.cjs');
});
beforeEach(async () => {
  reconcilers = [];
  nats = await NatsServer.start();
  connection = await connect({ servers: nats.url, maxReconnectAttempts: -1 });
  manager = await connection.jetstreamManager();
});
afterEach(async () => {
  await Promise.all(reconcilers.map((reconciler) => reconciler.kill()));
  await connection.close();
  await nats.stop();
});

async function startReconciler(env: Readonly<Record<string, string>> = {}): Promise<WorkerProcess> {
  const settings = { NATS_URL: nats.url, BOOTSTRAP_INTERVAL_SECONDS: '0.5', ...env };
  const reconciler = await WorkerProcess.start(program, settings);
  reconcilers.push(reconciler);
  return reconciler;
}

async function unready(reconciler: WorkerProcess, reason: string): Promise<void> {
  await eventually(`"${reason}"`, 15_000, async () => {
    const { status, text } = await reconciler.get('/readyz');
    return status === 503 && text.includes(reason);
  });
}

const consumerConfig = async () => (await manager.consumers.info('MEMES', 'meme-generator')).config;
const streamConfig = async (name: string) => (await manager.streams.info(name)).config;

const STREAMS = ['MEMES', 'MEME_RESPONSES', 'MEME_DEAD', 'OBJ_meme-images'];

test('a consumer that was deleted is back within seconds, as it was', async () => {
  const reconciler = await startReconciler();
  await reconciler.whenReady();
  const before = await consumerConfig();
  const lines = reconciler.log.length;

  await manager.consumers.delete('MEMES', 'meme-generator');

  await eventually('consumer', 5000, async () => (await consumerConfig()) !== undefined);
  expect(await consumerConfig()).toEqual(before);
  // it may have compared again since
  const told = reconciler.log.slice(lines).filter((line) => 'consumer' in line);
  expect(told).toMatchObject([{ consumer: 'meme-generator', result: 'created' }]);
});

test.each(STREAMS)('the stream %s is back within seconds after it was deleted', async (name) => {
  const reconciler = await startReconciler();
  await reconciler.whenReady();
  const [stream, consumer] = [await streamConfig(name), await consumerConfig()];

  await manager.streams.delete(name);

  await eventually('stream', 5000, async () => (await streamConfig(name)) !== undefined);
  await eventually('consumer', 5000, async () => (await consumerConfig()) !== undefined);
  expect(await streamConfig(name)).toEqual(stream);
  expect(await consumerConfig()).toEqual(consumer);
});

test('what is edited is repaired', async () => {
  const reconciler = await startReconciler();
  await reconciler.whenReady();
  const [stream, consumer] = [await streamConfig('MEMES'), await consumerConfig()];

  await manager.streams.update('MEMES', { ...stream, max_msgs: 10 });
  await manager.consumers.update('MEMES', 'meme-generator', {
    ...consumer,
    max_expires: 10e9,
    ack_wait: 1e9,
  });

  await eventually('repaired stream', 5000, async () => {
    return (await streamConfig('MEMES')).max_msgs === -1;
  });
  await eventually('repaired consumer', 5000, async () => {
    return (await consumerConfig()).ack_wait === consumer.ack_wait;
  });
  expect(await streamConfig('MEMES')).toEqual(stream);
  expect(await consumerConfig()).toEqual(consumer);
});

test('what it cannot repair makes it unready with the reason, and following the advice in it is enough', async () => {
  await manager.streams.add({ name: 'MEMES', subjects: ['meme.request'] });
  const reconciler = await startReconciler();
  await unready(reconciler, RETENTION_CONFLICT);
  expect(await reconciler.metric('meme_generator_streams_in_sync')).toBe(0);
  // one that cannot be repaired does not stop the others
  await manager.streams.info('MEME_RESPONSES');
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const told = () => reconciler.log.filter(({ msg }) => msg.includes(RETENTION_CONFLICT));
  expect(told()).toHaveLength(1);

  await manager.streams.delete('MEMES');

  await reconciler.whenReady();
  expect(await reconciler.metric('meme_generator_streams_in_sync')).toBe(1);
  expect((await streamConfig('MEMES')).retention).toBe('workqueue');
  expect(told()).toHaveLength(1);
});

test('a stream of somebody else that takes the subject is named, until it is gone', async () => {
  await manager.streams.add({ name: 'OTHER', subjects: ['meme.dead'] });
  const reconciler = await startReconciler();

  await unready(reconciler, 'stream "MEME_DEAD" is refused: subjects overlap');
  await consumerConfig();
  await manager.streams.delete('OTHER');

  await reconciler.whenReady();
});

test('where nothing differs it says nothing and writes nothing', async () => {
  const reconciler = await startReconciler({ BOOTSTRAP_INTERVAL_SECONDS: '0.1' });
  await reconciler.whenReady();
  const lines = reconciler.log.length;
  const writes = connection.subscribe('$JS.API.*.*.>');
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { subject } of writes) seen.push(subject);
  })();

  await eventually('ten comparisons', 10_000, async () => {
    return seen.filter((subject) => subject === '$JS.API.STREAM.INFO.MEMES').length >= 10;
  });
  writes.unsubscribe();
  await reading;

  expect(reconciler.log).toHaveLength(lines);
  expect(seen.filter((subject) => !subject.includes('.INFO.'))).toEqual([]);
});

test('NATS away at the start is waited for', async () => {
  const restarting = nats.restart(3000);
  const reconciler = await startReconciler();
  await unready(reconciler, 'nats is not connected');
  await restarting;

  await reconciler.whenReady();
  await eventually('consumer', 20_000, async () => (await consumerConfig()) !== undefined);
});

test('SIGTERM ends it with 0 while it waits for NATS to come', async () => {
  const reconciler = await startReconciler({ NATS_URL: `nats://127.0.0.1:${await freePort()}` });
  await unready(reconciler, 'nats is not connected');

  reconciler.signal('SIGTERM');

  expect(await reconciler.exited()).toBe(0);
});

test('is not ready while NATS is away, and ready again when it is back', async () => {
  const reconciler = await startReconciler();
  await reconciler.whenReady();

  const restarting = nats.restart(2000);
  await unready(reconciler, 'nats is not connected');
  await restarting;

  await reconciler.whenReady();
});

test('SIGTERM ends it at once with 0', async () => {
  const reconciler = await startReconciler({ BOOTSTRAP_INTERVAL_SECONDS: '60' });
  await reconciler.whenReady();
  const began = performance.now();

  reconciler.signal('SIGTERM');

  expect(await reconciler.exited()).toBe(0);
  expect(performance.now() - began).toBeLessThan(2000);
});

test("its own user's rights are enough", async () => {
  const secured = await SecuredNats.start();
  try {
    const env = { NATS_URL: secured.server.url, ...secured.secrets.credentials('bootstrap') };
    const reconciler = await startReconciler(env);
    await reconciler.whenReady();
    const operator = await secured.connect('operator');
    const { consumers } = await operator.jetstreamManager();
    await consumers.delete('MEMES', 'meme-generator');
    await eventually('consumer', 5000, async () => {
      return (await consumers.info('MEMES', 'meme-generator')).name === 'meme-generator';
    });
    expect(reconciler.text).not.toMatch(/permission|reports an error/i);
  } finally {
    await secured.stop();
  }
});
