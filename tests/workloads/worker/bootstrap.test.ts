import { join } from 'node:path';
import { connect, DiscardPolicy, RetentionPolicy, type NatsConnection } from 'nats';
import { NatsServer } from '../../support/nats-server';
import { run } from '../../support/run';
import { stagedImage } from '../../support/staged-image';

jest.setTimeout(90_000);

let staged: string;
let nats: NatsServer;
let connection: NatsConnection;

beforeAll(async () => {
  staged = await stagedImage('worker');
});
beforeEach(async () => {
  nats = await NatsServer.start();
  connection = await connect({ servers: nats.url });
});
afterEach(async () => {
  await connection.close();
  await nats.stop();
});

const bootstrap = (env: Record<string, string> = {}) =>
  run('node', [join(staged, 'bootstrap.cjs'), '--once'], { env: { NATS_URL: nats.url, ...env } });

test('creates streams, bucket and consumers, and a second run changes nothing', async () => {
  expect((await bootstrap()).code).toBe(0);
  const manager = await connection.jetstreamManager();
  const memes = (await manager.streams.info('MEMES')).config;
  expect(memes).toMatchObject({
    subjects: ['meme.request'],
    retention: 'workqueue',
    storage: 'file',
  });
  expect((await manager.streams.info('MEME_RESPONSES')).config).toMatchObject({
    subjects: ['meme.response', 'meme.response.error', 'meme.reply.>'],
    retention: 'limits',
    max_age: 15 * 60 * 1e9,
    max_bytes: 512 * 1024 * 1024,
    duplicate_window: 15 * 60 * 1e9,
  });
  expect((await manager.consumers.info('MEMES', 'meme-generator')).config).toMatchObject({
    durable_name: 'meme-generator',
    ack_policy: 'explicit',
    ack_wait: 20 * 1e9,
    max_deliver: -1,
    max_ack_pending: 1000,
    max_waiting: 1000,
    filter_subject: 'meme.request',
  });
  const again = await bootstrap();
  expect(again.code).toBe(0);
  expect(again.stdout.match(/"result":"unchanged"/g)).toHaveLength(5);
});

test('updates what differs and keeps the messages', async () => {
  const manager = await connection.jetstreamManager();
  await manager.streams.add({
    name: 'MEMES',
    subjects: ['meme.request', 'meme.old'],
    retention: RetentionPolicy.Workqueue,
  });
  await connection.jetstream().publish('meme.request', 'kept');
  const result = await bootstrap();
  expect(result.code).toBe(0);
  expect(result.stdout).toContain('"stream":"MEMES","result":"updated"');
  const { config, state } = await manager.streams.info('MEMES');
  expect(config.subjects).toEqual(['meme.request']);
  expect(state.messages).toBe(1);
});

test('repairs every field that the lab depends on', async () => {
  const manager = await connection.jetstreamManager();
  expect((await bootstrap()).code).toBe(0);
  const stream = (await manager.streams.info('MEMES')).config;
  const consumer = (await manager.consumers.info('MEMES', 'meme-generator')).config;
  await manager.streams.update('MEMES', {
    ...stream,
    max_msgs: 10,
    max_bytes: 1_000_000,
    max_age: 600e9,
    max_msg_size: 1000,
    no_ack: true,
    discard: DiscardPolicy.Old,
  });
  await manager.consumers.update('MEMES', 'meme-generator', {
    ...consumer,
    ack_wait: 1e9,
    max_deliver: 3,
    backoff: [1e9, 2e9],
    max_batch: 1,
    max_expires: 1e9,
    max_bytes: 1000,
    headers_only: true,
    inactive_threshold: 60e9,
    max_ack_pending: 1,
  });
  expect((await bootstrap()).code).toBe(0);
  expect((await manager.streams.info('MEMES')).config).toEqual(stream);
  expect((await manager.consumers.info('MEMES', 'meme-generator')).config).toEqual(consumer);
});

test('a request that the old consumer no longer delivers is delivered again', async () => {
  const manager = await connection.jetstreamManager();
  expect((await bootstrap()).code).toBe(0);
  const { config } = await manager.consumers.info('MEMES', 'meme-generator');
  const limited = { ...config, max_deliver: 1, ack_wait: 1e9 };
  await manager.consumers.update('MEMES', 'meme-generator', limited);
  await connection.jetstream().publish('meme.request', '{"id":"a","prompt":"b"}');
  const consumer = await connection.jetstream().consumers.get('MEMES', 'meme-generator');
  expect(await consumer.next({ expires: 2000 })).not.toBeNull();
  expect(await consumer.next({ expires: 2500 })).toBeNull();

  expect((await bootstrap()).code).toBe(0);

  const again = await connection.jetstream().consumers.get('MEMES', 'meme-generator');
  expect(await again.next({ expires: 2000 })).toMatchObject({ subject: 'meme.request' });
});

test('a queue that holds more than its limit keeps it all, and refuses more', async () => {
  const manager = await connection.jetstreamManager();
  const requests = { name: 'MEMES', subjects: ['meme.request'] };
  await manager.streams.add({ ...requests, retention: RetentionPolicy.Workqueue });
  const large = new Uint8Array(900_000);
  for (let count = 0; count < 80; count++)
    await connection.jetstream().publish('meme.request', large);

  expect((await bootstrap()).code).toBe(0);

  const { config, state } = await manager.streams.info('MEMES');
  expect(config.max_bytes).toBe(64 * 1024 * 1024);
  expect(state.messages).toBe(80);
  await expect(connection.jetstream().publish('meme.request', large)).rejects.toThrow();
});

test('fails with one sentence where the consumer is paused or the stream changes subjects', async () => {
  const manager = await connection.jetstreamManager();
  expect((await bootstrap()).code).toBe(0);
  const pause = JSON.stringify({ pause_until: new Date(Date.now() + 3_600_000).toISOString() });
  await connection.request('$JS.API.CONSUMER.PAUSE.MEMES.meme-generator', pause);
  const paused = await bootstrap();
  expect(paused.code).toBe(3);
  expect(paused.stdout).toMatch(
    /consumer \\"meme-generator\\" of stream \\"MEMES\\" is paused until /,
  );

  await connection.request('$JS.API.CONSUMER.PAUSE.MEMES.meme-generator', '{}');
  const { config } = await manager.streams.info('MEMES');
  const transformed = { ...config, subject_transform: { src: 'meme.request', dest: 'elsewhere' } };
  await manager.streams.update('MEMES', transformed);
  const changed = await bootstrap();
  expect(changed.code).toBe(3);
  expect(changed.stdout).toContain("must have no 'subject_transform'");
});

test('fails with one sentence where the retention cannot be changed', async () => {
  const manager = await connection.jetstreamManager();
  await manager.streams.add({ name: 'MEMES', subjects: ['meme.request'] });
  const result = await bootstrap();
  expect(result.code).toBe(3);
  const lines = result.stdout.trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!).msg).toBe(
    '\'retention\' of stream "MEMES" is "limits" and must be "workqueue", which cannot be ' +
      'changed: delete the stream with its messages, or choose another name',
  );
});

test('fails where another stream already takes the subject', async () => {
  const manager = await connection.jetstreamManager();
  await manager.streams.add({ name: 'OTHER', subjects: ['meme.>'] });
  const result = await bootstrap();
  expect(result.code).toBe(3);
  expect(result.stdout).toContain('overlap');
});

test('gives up with one sentence where NATS does not come', async () => {
  const result = await bootstrap({
    NATS_URL: 'nats://user:secret@127.0.0.1:1',
    BOOTSTRAP_TIMEOUT_SECONDS: '1',
  });
  expect(result.code).toBe(1);
  expect(result.stdout).toContain('was not usable within 1 s');
  expect(result.stdout).not.toContain('secret');
});

test('lists every bad setting at once', async () => {
  const result = await bootstrap({ NATS_STREAM: 'a b', NATS_REPLICAS: '9' });
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('\'NATS_STREAM\' is "a b"');
  expect(result.stderr).toContain('\'NATS_REPLICAS\' is "9": must be a whole number from 1 to 5');
});
