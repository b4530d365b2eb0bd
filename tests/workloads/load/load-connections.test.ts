import { closeConnections, openConnections } from '../../../workloads/load/load-connections';
import { eventually } from '../../support/meme-lab';
import { NatsServer } from '../../support/nats-server';
import { TcpProxy } from '../../support/tcp-proxy';

let server: NatsServer;
let proxy: TcpProxy;
let natsUrl: string;

beforeAll(async () => {
  server = await NatsServer.start();
  // the server's own limit would be learnt of after 20 seconds
  proxy = await TcpProxy.start(server.url, 5);
  natsUrl = `nats://127.0.0.1:${proxy.port}`;
});

afterAll(async () => {
  await proxy.stop();
  await server.stop();
});

const connected = async (): Promise<number> => {
  const response = await fetch(`${server.monitorUrl}/connz`);
  return ((await response.json()) as { num_connections: number }).num_connections;
};

test('each client of a load has a connection of its own', async () => {
  const connections = await openConnections({ natsUrl }, 5);

  expect(await connected()).toBe(5);
  await closeConnections(connections);
  await eventually('end of the connections', 5000, async () => (await connected()) === 0);
});

test('where not all can be opened, none stays open, and the error says how many could', async () => {
  await expect(openConnections({ natsUrl }, 10)).rejects.toThrow(
    /^5 of 10 connections to NATS could be opened: .+; allow more of them/,
  );

  await eventually('end of the connections', 4000, async () => (await connected()) === 0);
});
