import { setTimeout as sleep } from 'node:timers/promises';
import { headers } from 'nats';
import { closeConnections, openConnections } from '../../../workloads/load/load-connections';
import { MemeLoad } from '../../../workloads/load/meme-load';
import { RunningLoad } from '../../../workloads/load/running-load';
import { HEADERS } from '../../../workloads/protocol/headers';
import { type LoadProfile } from '../../../workloads/protocol/load-profile';
import { MEMES_STREAM, RESPONSES_STREAM } from '../../../workloads/protocol/streams';
import { SUBJECTS } from '../../../workloads/protocol/subjects';
import { eventually } from '../../support/meme-lab';
import { NatsServer } from '../../support/nats-server';

let nats: NatsServer;

beforeAll(async () => {
  nats = await NatsServer.start();
});

afterAll(() => nats.stop());

const steady: LoadProfile = {
  name: 'steady',
  description: 'twenty a second for an hour',
  stages: [{ kind: 'linear', seconds: 3600, fromPerSecond: 20, toPerSecond: 20 }],
  clients: 2,
  repeatShare: 0,
};

test('a load that has failed sends nothing more, and what it says stays as it is', async () => {
  const connections = await openConnections({ natsUrl: nats.url }, steady.clients);
  const [client] = connections;
  const manager = await client.jetstreamManager();
  for (const { name, subjects } of [MEMES_STREAM, RESPONSES_STREAM]) {
    await manager.streams.add({ name, subjects: [...subjects] });
  }
  const job = new MemeLoad({ profile: steady, runId: 'failed', drainSeconds: 60, connections });
  const load = new RunningLoad('failed', { profile: 'soak', target: 'memes' }, job);
  const phases: string[] = [];
  const running = load.run(() => phases.push(load.state.phase));
  await eventually('a request', 10_000, async () => load.state.sent > 0);

  const unreadable = headers();
  unreadable.set(HEADERS.requestId, job.requests.records[0]!.id);
  client.publish(SUBJECTS.response, 'no JSON', { headers: unreadable });
  const failure = await running;
  const { state } = load;
  // many requests would be due meanwhile, and be refused by connections that are closed
  await closeConnections(connections);
  await sleep(1000);

  expect(failure?.message).toMatch(/JSON/i);
  expect(state).toMatchObject({ phase: 'failed', refused: 0 });
  expect(load.state).toEqual(state);
  expect(phases).toEqual(['failed']);
});
