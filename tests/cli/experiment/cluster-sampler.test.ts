import { KubeConfig } from '@kubernetes/client-node';
import { AckPolicy, connect, type NatsConnection } from 'nats';
import { createServer, type Server } from 'node:https';
import { type AddressInfo } from 'node:net';
import { selfSignedServer } from '../../../infra/secrets/server-certificate';
import { ClusterSampler } from '../../../cli/experiment/cluster-sampler';
import { ApiReader } from '../../../local/api-reader';
import { CONSUMER } from '../../../workloads/protocol/streams';
import { kubeconfig } from '../../infra/support/kubeconfig';
import { NatsServer } from '../../support/nats-server';

const OUTAGE_MS = 60_000;
const BROKEN = /answered 503 to .*: etcd is away$/;

let nats: NatsServer;
let connection: NatsConnection;
let api: Server;
let reader: ApiReader;
/** Whether the API server answers. */
let isUp: boolean;

beforeAll(async () => {
  nats = await NatsServer.start();
  connection = await connect({ servers: nats.url });
  const manager = await connection.jetstreamManager();
  await manager.streams.add({ name: CONSUMER.stream, subjects: [CONSUMER.filterSubject] });
  await manager.consumers.add(CONSUMER.stream, {
    durable_name: CONSUMER.durable,
    ack_policy: AckPolicy.Explicit,
  });
  const { certificate: cert, privateKey: key } = await selfSignedServer(['localhost']);
  api = createServer({ cert, key }, ({ url }, response) => {
    response.statusCode = isUp ? 200 : 503;
    if (!isUp) return response.end('etcd is away');
    const isDeployment = url!.includes('/deployments/');
    return response.end(JSON.stringify(isDeployment ? { spec: { replicas: 3 } } : { items: [] }));
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  const config = new KubeConfig();
  const server = `https://127.0.0.1:${(api.address() as AddressInfo).port}`;
  config.loadFromString(kubeconfig({ lab: server }));
  reader = new ApiReader(config);
});

afterAll(async () => {
  api.closeAllConnections();
  await new Promise((resolve) => api.close(resolve));
  await connection.close();
  await nats.stop();
});

beforeEach(() => {
  isUp = true;
});

afterEach(() => jest.restoreAllMocks());

async function started(): Promise<ClusterSampler> {
  const sampler = new ClusterSampler(reader, await connection.jetstreamManager());
  await sampler.start();
  return sampler;
}

/** From now on the API server fails, and has for longer than a run bears. */
function breakApi(): void {
  isUp = false;
  const now = Date.now.bind(Date);
  jest.spyOn(Date, 'now').mockImplementation(() => now() + OUTAGE_MS);
}

test('samples are taken until it is stopped', async () => {
  const sampler = await started();
  await sampler.until('a second sample', 10, () => sampler.samples.length > 1);
  await sampler.stop();

  expect(sampler.latest).toMatchObject({ pending: 0, inFlight: 0, wanted: 3, pods: 0, ready: 0 });
});

// Jest fails a test that leaves a rejection without a handler; Node would end the program
test('an outage after a wait that was over at once is told by who stops it', async () => {
  const sampler = await started();
  await sampler.until('three replicas', 10, ({ wanted }) => wanted === 3);
  breakApi();
  // a load runs, and nobody waits for a sample
  await new Promise((resolve) => setTimeout(resolve, 2000));

  await expect(sampler.stop()).rejects.toThrow(BROKEN);
});

test('an outage ends a wait', async () => {
  const sampler = await started();
  breakApi();

  await expect(sampler.until('ten replicas', 600, ({ wanted }) => wanted === 10)).rejects.toThrow(
    BROKEN,
  );
  await expect(sampler.stop()).rejects.toThrow(BROKEN);
});
