import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createLogger } from '../../../workloads/process/logger';
import { NatsLink } from '../../../workloads/process/nats-link';
import { eventually } from '../../support/meme-lab';
import { NatsServer } from '../../support/nats-server';

jest.setTimeout(60_000);

const log = createLogger({ name: 'test', level: 'silent' });
let nats: NatsServer;
let door: Server;
let through: Socket[];
/** How many of the next connections are broken once the client has said who it is. */
let broken: number;

beforeAll(async () => {
  nats = await NatsServer.start();
});
afterAll(() => nats?.stop());

beforeEach(async () => {
  through = [];
  broken = 0;
  door = createServer((client) => {
    const server = connect(Number(new URL(nats.url).port), '127.0.0.1');
    const isBroken = broken > 0;
    if (isBroken) broken--;
    server.pipe(client);
    client.on('data', (data) => (isBroken ? client.destroy() : server.write(data)));
    for (const socket of [client, server]) socket.on('error', () => undefined);
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    through.push(client);
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  for (const socket of through) socket.destroy();
  door.close();
});

const open = () =>
  NatsLink.open({
    url: `nats://127.0.0.1:${(door.address() as AddressInfo).port}`,
    name: 'test',
    log,
    credentials: {},
  });

// a worker that is away for longer than its messages are delivered again loses them to another
test('a connection that breaks while it comes back is tried again within seconds', async () => {
  const link = await open();
  broken = 1;
  for (const socket of through) socket.destroy();
  await eventually('the loss', 5000, async () => !link.isConnected);
  await eventually('the connection', 15_000, async () => link.isConnected);
  await link.connection.flush();
  await link.close(1000);
});

test('the first connection that breaks is tried again within seconds', async () => {
  broken = 1;
  const opening = open();
  const late = new Promise((resolve) => setTimeout(() => resolve('late'), 15_000).unref());
  const link = await Promise.race([opening, late]);
  expect(link).not.toBe('late');
  await (await opening).close(1000);
});
