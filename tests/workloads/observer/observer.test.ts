import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NatsConnection } from 'nats';
import {
  LAB_STATE_SUBJECTS,
  type LabState,
  labStateSchema,
} from '../../../workloads/protocol/lab-state';
import {
  CONSUMER,
  DEAD_STREAM,
  MEMES_STREAM,
  RESPONSES_STREAM,
} from '../../../workloads/protocol/streams';
import { SUBJECTS } from '../../../workloads/protocol/subjects';
import { kubeconfig } from '../../infra/support/kubeconfig';
import { freePort } from '../../../cli/bench/free-port';
import { SecuredNats } from '../../support/nats-lab';
import { RedisServer } from '../../support/redis-server';
import { stagedImage } from '../../support/staged-image';
import { WorkerProcess } from '../../support/worker-process';

jest.setTimeout(60_000);

let folder: string;
let nats: SecuredNats;
let redis: RedisServer;
let client: NatsConnection;
let observer: WorkerProcess;
const states: LabState[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'observer-'));
  // nobody listens there: the observer must live without an API server
  const config = join(folder, 'kubeconfig');
  await writeFile(config, kubeconfig({ lab: `https://127.0.0.1:${await freePort()}` }));
  nats = await SecuredNats.start();
  redis = await RedisServer.start(false, 'redis-password');
  client = await nats.connect('operator');
  client.subscribe(LAB_STATE_SUBJECTS.state, {
    callback: (error, message) => {
      if (!error) states.push(labStateSchema.parse(message.json()));
    },
  });
  observer = await WorkerProcess.start(join(await stagedImage('observer'), 'observer.cjs'), {
    KUBECONFIG: config,
    NATS_URL: nats.server.url,
    NATS_MONITOR_URL: nats.server.monitorUrl,
    ...nats.secrets.credentials('observer'),
    REDIS_URL: redis.url,
    REDIS_PASSWORD: 'redis-password',
    NAMESPACES: 'meme-generator',
  });
  await observer.whenReady();
}, 60_000);

afterAll(async () => {
  await observer?.kill();
  await Promise.all([nats?.stop(), redis?.remove()]);
  await rm(folder, { recursive: true, force: true });
});

/** The first state from now on for which something holds. */
async function stateWith(holds: (state: LabState) => boolean): Promise<LabState> {
  const first = states.length;
  for (const deadline = Date.now() + 20_000; Date.now() < deadline;) {
    const found = states.slice(Math.max(0, first - 1)).find(holds);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not seen; last: ${JSON.stringify(states.at(-1))}\n${observer.text}`);
}

const pendingIs = (count: number) =>
  stateWith(({ queue }) => queue.known && queue.pending === count);

test('says that the API server is away, and that the queue is not there, with the reason', async () => {
  const { kubernetes } = await stateWith(
    ({ queue }) => !queue.known && /not found/.test(queue.reason),
  );
  expect(kubernetes.status).toBe('away');
  expect(kubernetes.reason).toContain('ECONNREFUSED');
  expect(await observer.metric('lab_queue_known')).toBe(0);
  expect((await observer.get('/metrics')).text).not.toMatch(/^lab_queue_pending /m);
});

test('tells of the queue from when it is there, and of each change', async () => {
  const manager = await client.jetstreamManager();
  await manager.streams.add({ name: MEMES_STREAM.name, subjects: [...MEMES_STREAM.subjects] });
  await manager.streams.add({ name: DEAD_STREAM.name, subjects: [...DEAD_STREAM.subjects] });
  await manager.consumers.add(CONSUMER.stream, { durable_name: CONSUMER.durable });
  await pendingIs(0);

  for (let count = 0; count < 3; count++) await client.jetstream().publish(SUBJECTS.request, '{}');
  const state = await pendingIs(3);
  expect(state.queue).toEqual({
    known: true,
    pending: 3,
    inFlight: 0,
    redelivered: 0,
    deadLetters: 0,
    streamMessages: 3,
  });
  expect(await observer.metric('lab_queue_pending')).toBe(3);
  expect(await observer.metric('lab_requests_total')).toBe(3);
});

test('counts what was answered, however short a worker lived, and not the answers that are kept', async () => {
  const manager = await client.jetstreamManager();
  expect((await observer.get('/metrics')).text).not.toMatch(/^lab_answers_total /m);
  await manager.streams.add({
    name: RESPONSES_STREAM.name,
    subjects: [...RESPONSES_STREAM.subjects],
  });
  for (let count = 0; count < 5; count++) await client.jetstream().publish(SUBJECTS.response, '{}');
  await manager.streams.purge(RESPONSES_STREAM.name);
  for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
    const { text } = await observer.get('/metrics');
    if (/^lab_answers_total 5$/m.test(text)) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  // twice: the number is taken over, not added up
  expect(await observer.metric('lab_answers_total')).toBe(5);
  expect(await observer.metric('lab_answers_total')).toBe(5);
});

test('answers who asks, with what it published', async () => {
  const answer = await client.request(LAB_STATE_SUBJECTS.snapshot, undefined, { timeout: 5000 });
  const snapshot = labStateSchema.parse(answer.json());
  expect(snapshot.queue).toMatchObject({ pending: 3 });
  expect(snapshot.startedAt).toBe(states.at(-1)?.startedAt);
});

test('publishes at most once a second, however much changes', async () => {
  const before = states.length;
  const end = Date.now() + 3000;
  while (Date.now() < end) {
    await client.jetstream().publish(SUBJECTS.request, '{}');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(states.length - before).toBeLessThanOrEqual(4);
  const times = states.slice(before).map(({ time }) => time);
  const pauses = times.slice(1).map((time, index) => time - times[index]!);
  for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(950);
});

test('the metrics of NATS and Redis have the names that their exporters give them', async () => {
  const { text } = await observer.get('/metrics');
  for (const name of [
    'gnatsd_varz_connections',
    'gnatsd_varz_in_msgs',
    'redis_keyspace_hits_total',
  ]) {
    expect(text).toMatch(new RegExp(`^${name}(\\{.*\\})? \\d`, 'm'));
  }
  const consumer = `stream_name="${CONSUMER.stream}",consumer_name="${CONSUMER.durable}"`;
  expect(text).toMatch(new RegExp(`^jetstream_consumer_num_pending\\{.*${consumer}\\} \\d+$`, 'm'));
  expect(await observer.metric('nats_up')).toBe(1);
  expect(await observer.metric('redis_up')).toBe(1);
  expect(await observer.metric('redis_connected_clients')).toBeGreaterThan(0);
});

test('a counter of Redis is taken over at each scrape, not added up', async () => {
  const first = await observer.metric('redis_commands_processed_total');
  const second = await observer.metric('redis_commands_processed_total');
  expect(first).toBeGreaterThan(0);
  // each scrape is a few commands itself
  expect(second - first).toBeLessThan(10);
});

test('Redis that is away says so, and leaves no old numbers', async () => {
  await redis.stop();
  expect(await observer.metric('redis_up')).toBe(0);
  expect((await observer.get('/metrics')).text).not.toMatch(/^redis_memory_used_bytes /m);
  await redis.resume();
  for (const deadline = Date.now() + 15_000; (await observer.metric('redis_up')) !== 1;) {
    if (Date.now() > deadline) throw new Error('Redis is not seen again within 15 s');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});

test('goes on after NATS was away, and sends no old states then', async () => {
  const before = states.length;
  const stopped = Date.now();
  await nats.server.restart(2500);
  const cameBack = Date.now();
  await stateWith(({ time, queue }) => time >= cameBack && queue.known);
  for (const { time } of states.slice(before)) {
    expect(time < stopped + 500 || time >= cameBack - 500).toBe(true);
  }
  const answer = await client.request(LAB_STATE_SUBJECTS.snapshot, undefined, { timeout: 5000 });
  expect(labStateSchema.parse(answer.json()).queue.known).toBe(true);
});

test('its user may do all that it does, and the server refused it nothing', () => {
  expect(observer.text).not.toMatch(/permissions.violation|nats reports an error/i);
});

test('ends at once on SIGTERM, although the API server never answered', async () => {
  observer.signal('SIGTERM');
  expect(await observer.exited()).toBe(0);
});
