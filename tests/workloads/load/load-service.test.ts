import { connect, type NatsConnection } from 'nats';
import { LoadService } from '../../../workloads/load/load-service';
import { prepareLoad } from '../../../workloads/load/prepared-load';
import { createLogger } from '../../../workloads/process/logger';
import { LOAD_SUBJECTS, loadReplySchema } from '../../../workloads/protocol/load-request';
import { MEMES_STREAM, RESPONSES_STREAM } from '../../../workloads/protocol/streams';
import { eventually } from '../../support/meme-lab';
import { NatsServer } from '../../support/nats-server';

let nats: NatsServer;
let client: NatsConnection;
let service: LoadService;
let closed: Promise<void> | undefined;
/** Lets the load that is prepared begin. */
let letBegin: () => void;
let prepared: number;

beforeEach(async () => {
  nats = await NatsServer.start();
  client = await connect({ servers: nats.url });
  const manager = await client.jetstreamManager();
  for (const { name, subjects } of [MEMES_STREAM, RESPONSES_STREAM]) {
    await manager.streams.add({ name, subjects: [...subjects] });
  }
  prepared = 0;
  closed = undefined;
  const begun = new Promise<void>((resolve) => (letBegin = resolve));
  service = new LoadService({
    connection: client,
    limits: { maxRequests: 500, maxSeconds: 100 },
    log: createLogger({ name: 'load', level: 'silent' }),
    prepare: async (order, runId) => {
      const load = await prepareLoad(order, runId, { natsUrl: nats.url, drainSeconds: 1 });
      prepared++;
      await begun;
      return load;
    },
  });
  await service.start();
});

afterEach(async () => {
  await (closed ?? service.close());
  await client.close();
  await nats.stop();
});

const ask = async (subject: string, body: object = {}) => {
  const message = await client.request(subject, JSON.stringify(body), { timeout: 5000 });
  return loadReplySchema.parse(message.json());
};

const whenPrepared = () => eventually('a prepared load', 5000, async () => prepared === 1);

/** What reached the queue, and the connections beside the service's own. */
const traces = async () => {
  const manager = await client.jetstreamManager();
  const { state } = await manager.streams.info(MEMES_STREAM.name);
  const response = await fetch(`${nats.monitorUrl}/connz`);
  const { num_connections: connections } = (await response.json()) as { num_connections: number };
  return { requests: state.messages, connections: connections - 1 };
};

const noTraces = { requests: 0, connections: 0 };

test('an order to stop holds for a load that is still prepared', async () => {
  const starting = ask(LOAD_SUBJECTS.start, { profile: 'burst' });
  await whenPrepared();

  const stopped = await ask(LOAD_SUBJECTS.stop);
  letBegin();

  expect(stopped).toMatchObject({ ok: true });
  expect(await starting).toMatchObject({
    ok: false,
    error: 'the load was stopped before it began',
    state: { running: false },
  });
  await eventually('the end of its connections', 5000, async () => {
    return (await traces()).connections === 0;
  });
  expect(await traces()).toEqual(noTraces);
});

test('a stop is over with the load that it was for', async () => {
  const starting = ask(LOAD_SUBJECTS.start, { profile: 'single' });
  await whenPrepared();
  await ask(LOAD_SUBJECTS.stop);
  letBegin();
  await starting;

  expect(await ask(LOAD_SUBJECTS.start, { profile: 'single' })).toMatchObject({ ok: true });
});

test('a service that ends waits for the load that is prepared, and begins neither it nor another', async () => {
  const starting = ask(LOAD_SUBJECTS.start, { profile: 'burst' });
  await whenPrepared();
  // waits behind the first one
  const second = ask(LOAD_SUBJECTS.start, { profile: 'burst' }).catch(() => ({ ok: false }));
  await ask(LOAD_SUBJECTS.get);

  closed = service.close();
  letBegin();
  await closed;

  expect(await starting).toMatchObject({ ok: false });
  expect(await second).toMatchObject({ ok: false });
  expect(prepared).toBe(1);
  await eventually('the end of its connections', 5000, async () => {
    return (await traces()).connections === 0;
  });
  expect(await traces()).toEqual(noTraces);
});
