import { connect } from 'node:net';
import { type V1Pod } from '@kubernetes/client-node';
import { type Edge, type Peer } from '../../../charts/core/edge';
import { allowedEdges } from '../../../charts/policies/network/edges';
import { readLocalConfig } from '../../../local/config';
import { ClusterNode } from '../../../local/node/cluster-node';
import { FIRST_PLACE } from '../../../local/node/node-place';
import { NAMESPACES } from '../../../workloads/protocol/names';
import { labProps } from '../../charts/support/lab';
import { type Connection, PodAddresses, trackedConnections } from '../support/connections';
import { Lab } from '../support/lab';
import { printMeasurements } from '../support/measurements';

const OWN: readonly string[] = [
  NAMESPACES.messaging,
  NAMESPACES.cache,
  NAMESPACES.memeGenerator,
  NAMESPACES.monitoring,
];
const EDGES = allowedEdges(labProps());
const REQUESTS = 40;
const LOOKS = 20;

const config = readLocalConfig(process.env);
const { process: node } = new ClusterNode(config.stateDir, FIRST_PLACE);
let lab: Lab;
let addresses: PodAddresses;

beforeAll(async () => {
  lab = await Lab.open();
  addresses = new PodAddresses(lab.core);
}, 60_000);

afterAll(() => lab.close());

// the network of the local cluster enforces no policy, so the table is proved by what is seen
test('under load every connection of our pods is one that the table of edges allows', async () => {
  const page = connect(config.ports.page, '127.0.0.1');
  page.on('data', () => undefined).write(WEBSOCKET_REQUEST);
  await addresses.refresh();
  // the kernel remembers connections of pods that are gone for a while
  const old = new Set((await trackedConnections(node)).filter(isOfNobody).map(keyOf));
  const published = await lab.burst(REQUESTS);
  const seen = new Map<string, Connection>();
  for (let look = 0; look < LOOKS; look += 1) {
    await addresses.refresh();
    for (const connection of await trackedConnections(node)) {
      const key = keyOf(connection);
      if (concernsUs(connection) && !old.has(key)) seen.set(key, connection);
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  await lab.answers.forAll(published, 120);
  await addresses.refresh();
  page.destroy();

  const connections = [...seen.values()];
  expect(connections.filter((connection) => edgeOf(connection) === undefined).map(words)).toEqual(
    [],
  );
  const used = new Set(connections.map(edgeOf));
  const edges = [...used].filter((edge) => edge !== undefined).map(edgeWords);
  expect(edges).toEqual(expect.arrayContaining(MUST_BE_SEEN));
  printMeasurements('Connections under load against the table of edges', [
    ['connections seen', String(connections.length)],
    ['edges used', `${used.size} of ${EDGES.length}`],
    ['not in the table', '0'],
  ]);
}, 300_000);

/** What a load cannot do without; else the test would have looked at nothing. */
const MUST_BE_SEEN = [
  'meme-generator/worker -> messaging/nats 4222',
  'meme-generator/worker -> cache/redis 6379',
  'meme-generator/frontend -> messaging/nats 8080',
  'monitoring/observer -> cache/redis 6379',
  'keda/ -> messaging/nats 8222',
];

const WEBSOCKET_REQUEST = [
  'GET /ws HTTP/1.1',
  'Host: 127.0.0.1',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  '',
  '',
].join('\r\n');

// a policy does not keep a node from the pods on it, which is how the kubelet asks for their health
function concernsUs({ source, destination }: Connection): boolean {
  if (addresses.isNode(source)) return false;
  return [source, destination].some((address) =>
    addresses.at(address).some(({ metadata }) => OWN.includes(metadata?.namespace ?? '')),
  );
}

function keyOf(connection: Connection): string {
  return JSON.stringify(connection);
}

function isOfNobody({ source, destination }: Connection): boolean {
  return [source, destination].some(
    (address) => address.startsWith('10.244.') && addresses.at(address).length === 0,
  );
}

function edgeOf(connection: Connection): Edge | undefined {
  const { protocol, source, destination, port } = connection;
  return EDGES.find(
    ({ from, to, ports, protocols }) =>
      ports.includes(port) &&
      protocols.includes(protocol) &&
      covers(from, source) &&
      covers(to, destination),
  );
}

function covers(end: Edge['from'], address: string): boolean {
  if (end === 'anywhere') return true;
  return addresses.at(address).some((pod) => isOf(pod, end));
}

function isOf({ metadata }: V1Pod, { namespace, labels }: Peer): boolean {
  return (
    (namespace === undefined || metadata?.namespace === namespace) &&
    Object.entries(labels).every(([label, value]) => metadata?.labels?.[label] === value)
  );
}

function edgeWords({ from, to, ports }: Edge): string {
  const end = (part: Edge['from']) =>
    part === 'anywhere' ? part : `${part.namespace ?? '*'}/${Object.values(part.labels).join()}`;
  return `${end(from)} -> ${end(to)} ${ports.join()}`;
}

function words({ protocol, source, destination, port }: Connection): string {
  const pods = (address: string) =>
    addresses
      .at(address)
      .map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`)
      .join(' or ') || address;
  return `${protocol} ${pods(source)} -> ${pods(destination)} ${port}`;
}
