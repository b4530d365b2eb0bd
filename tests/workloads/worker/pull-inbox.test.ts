import { connect, RetentionPolicy, AckPolicy, type NatsConnection } from 'nats';
import { createLogger } from '../../../workloads/process/logger';
import { RequestMux } from '../../../workloads/process/request-mux';
import { PullInbox, PullRefusedError } from '../../../workloads/worker/pull-inbox';
import { NatsServer } from '../../support/nats-server';

jest.setTimeout(90_000);

const log = createLogger({ name: 'test', level: 'silent' });
let nats: NatsServer;
let connection: NatsConnection;
let requests: RequestMux;
let inbox: PullInbox;

const open = (consumer = 'c') =>
  new PullInbox({ connection, requests, stream: 'S', consumer, expiresMs: 1000, log });

beforeAll(async () => {
  nats = await NatsServer.start();
  connection = await connect({ servers: nats.url });
  requests = new RequestMux(connection);
  const manager = await connection.jetstreamManager();
  await manager.streams.add({ name: 'S', subjects: ['s'], retention: RetentionPolicy.Workqueue });
  await manager.consumers.add('S', { durable_name: 'c', ack_policy: AckPolicy.Explicit });
});
beforeEach(() => {
  inbox = open();
});
afterEach(() => inbox.close());
afterAll(async () => {
  await connection.close();
  await nats.stop();
});

async function ackPending(): Promise<number> {
  const manager = await connection.jetstreamManager();
  return (await manager.consumers.info('S', 'c')).num_ack_pending;
}

test('takes one message and leaves the others', async () => {
  const js = connection.jetstream();
  await js.publish('s', 'one');
  await js.publish('s', 'two');
  const delivery = await inbox.pull();
  expect(delivery).toMatchObject({ text: 'one', info: { stream: 'S', count: 1 } });
  expect(await ackPending()).toBe(1);
  await delivery!.ack();
  const next = await inbox.pull();
  expect(next!.text).toBe('two');
  await next!.ack();
  expect(await ackPending()).toBe(0);
});

test('gives each of several pulls a message of its own', async () => {
  const pulls = [inbox.pull(), inbox.pull(), inbox.pull()];
  const js = connection.jetstream();
  for (const text of ['one', 'two', 'three']) await js.publish('s', text);
  const deliveries = await Promise.all(pulls);
  expect(deliveries.map((delivery) => delivery!.text)).toEqual(['one', 'two', 'three']);
  await Promise.all(deliveries.map((delivery) => delivery!.ack()));
});

test('ends without a message when none comes in time', async () => {
  expect(await inbox.pull()).toBeUndefined();
});

test('delivers a message again after the asked delay, and counts', async () => {
  await connection.jetstream().publish('s', 'again');
  await (await inbox.pull())!.again(300);
  const started = Date.now();
  const delivery = await inbox.pull();
  expect(Date.now() - started).toBeGreaterThan(200);
  expect(delivery!.info.count).toBe(2);
  await delivery!.terminate('no use');
  expect(await ackPending()).toBe(0);
});

test('loses no message that arrives while a pull is stopped', async () => {
  const js = connection.jetstream();
  const ended = { withMessage: 0, without: 0 };
  for (let round = 0; round < 100; round++) {
    const stopped = open();
    const pull = stopped.pull();
    await connection.flush();
    const published = js.publish('s', `${round}`);
    void turns((round % 20) * 10).then(() => stopped.forget());
    const delivery = await pull;
    await Promise.all([published, stopped.close()]);
    ended[delivery ? 'withMessage' : 'without']++;
    // one that was sent and not handed out would be missing for the acknowledgement wait of 30 s,
    // which is longer than the pull and than this test
    const own = delivery ?? (await inbox.pull());
    expect(own!.text).toBe(`${round}`);
    await own!.ack();
  }
  expect(ended.withMessage).toBeGreaterThan(0);
  expect(ended.without).toBeGreaterThan(0);
});

/** Timers are too coarse for what takes less than a millisecond. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((next) => setImmediate(next));
}

test('says what is missing', async () => {
  const other = open('nobody');
  const missing = other.pull();
  await expect(missing).rejects.toThrow(PullRefusedError);
  await expect(missing).rejects.toThrow('consumer "nobody" of stream "S" is missing');
  await other.close();
});
