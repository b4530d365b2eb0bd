import { type V1Pod } from '@kubernetes/client-node';
import execa from 'execa';
import { readLocalConfig } from '../../local/config';
import { ClusterNode } from '../../local/node/cluster-node';
import { FIRST_PLACE, NODE_PLACES } from '../../local/node/node-place';
import { checkPortsFree } from '../../local/node/published-ports';
import { NATS } from '../../workloads/protocol/names';
import { MEMES_STREAM } from '../../workloads/protocol/streams';
import { expectMemeForEach } from '../e2e/support/answers';
import { Lab } from '../e2e/support/lab';
import { labCommand } from '../e2e/support/lab-command';
import { Leftovers } from '../e2e/support/leftovers';
import { printMeasurements, secondsBetween } from '../e2e/support/measurements';
import { handLeadershipTo, streamLeader } from '../e2e/support/nats-leader';
import { PROD_STACK, removeProdStack, writeProdStack } from '../e2e/support/prod-stack';

const NODES = 3;
const REQUESTS = 60;
const FIRST = FIRST_PLACE.name;
const FURTHER = NODE_PLACES.slice(1, NODES).map(({ name }) => name);

const config = readLocalConfig(process.env);

let lab: Lab;
/** The node that is lost, and the other one without the control plane. */
let lost: ClusterNode;
let other: string;

afterAll(async () => {
  await lab.close();
  await removeProdStack();
}, 60_000);

test('up works again, on three nodes with the settings of prod', async () => {
  // a cluster keeps the number of nodes that it was made with
  expect(await labCommand('down')).toMatchObject({ exitCode: 0 });
  const left = await writeProdStack();

  const up = await labCommand('--stack', PROD_STACK, 'up', '--nodes', String(NODES));

  expect(up).toMatchObject({ exitCode: 0 });
  lab = await Lab.open();
  const { items } = await lab.core.listNode();
  const ready = items.filter(({ status }) =>
    status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
  );
  expect(ready.map(({ metadata }) => metadata?.name)).toEqual([FIRST, ...FURTHER]);
  expect((await natsPods()).map(nodeOf).sort()).toEqual([FIRST, ...FURTHER]);
  const { config: stream } = await (
    await lab.nats.jetstreamManager()
  ).streams.info(MEMES_STREAM.name);
  expect(stream.num_replicas).toBe(NODES);
  const ids = await lab.burst(1);
  await lab.answers.forAll(ids, 120);
  expectMemeForEach(lab.answers, ids);
  printMeasurements('Up on three nodes with the settings of prod, everything built', [
    ['up', `${up.seconds} s`],
    ['settings of prod left out', left.join(', ')],
  ]);
}, 900_000);

test('the node with the leader is killed under load: nothing is lost, and the worker goes on', async () => {
  await chooseNodes();
  const published = Date.now();
  const before = await lab.burst(REQUESTS);
  await lab.replicas.first(({ ready }) => ready >= 2, published, 120);
  const killed = Date.now();

  await lost.process.kill();

  const after = await lab.burst(REQUESTS);
  const accepted = Date.now();
  const ids = [...before, ...after];
  await lab.answers.forAll(ids, 300);
  expectMemeForEach(lab.answers, ids);
  expect(await streamLeader(lab.nats, MEMES_STREAM.name)).not.toBe(await podOn(lost.place.name));
  printMeasurements(`${2 * REQUESTS} requests, the node with the leader killed in the middle`, [
    ['requests accepted again, after', secondsBetween(killed, accepted)],
    ['last answer, after', secondsBetween(killed, lab.answers.lastArrival(ids))],
  ]);
}, 600_000);

test('KEDA scales to zero and up again while the node is away', async () => {
  await lab.idle(240);
  const published = Date.now();

  const ids = await lab.burst(REQUESTS);

  const scaled = await lab.replicas.first(({ wanted }) => wanted >= 3, published, 120);
  await lab.answers.forAll(ids, 240);
  expectMemeForEach(lab.answers, ids);
  printMeasurements(`${REQUESTS} requests with a node away`, [
    ['KEDA asks for three workers, after', secondsBetween(published, scaled.at)],
    ['last answer, after', secondsBetween(published, lab.answers.lastArrival(ids))],
  ]);
}, 600_000);

test('a drain waits while a server of NATS is away, and goes through once it is back', async () => {
  const pod = await podOn(other);
  await expect(evict(pod)).rejects.toMatchObject({ code: 429 });

  const back = Date.now();
  expect(await labCommand('start')).toMatchObject({ exitCode: 0 });
  await natsReady(NODES);
  const drained = Date.now();
  const least = leastReadyServers();
  await kubectl('drain', other, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=240s');
  const end = Date.now();
  const ids = await lab.burst(5);
  await lab.answers.forAll(ids, 240);
  expectMemeForEach(lab.answers, ids);
  expect(await least()).toBe(NODES - 1);
  expect((await natsPods()).map(nodeOf).filter((name) => name === other)).toEqual([]);
  await kubectl('uncordon', other);
  await natsReady(NODES);
  printMeasurements('A drain with the budgets of prod', [
    ['all servers of NATS ready again, after the start', secondsBetween(back, drained)],
    ['drain', secondsBetween(drained, end)],
  ]);
}, 900_000);

test('down leaves nothing of three nodes', async () => {
  const leftovers = await Leftovers.of(config);
  expect(leftovers.namespaces).toHaveLength(6 * NODES);

  // the usual stack is not on it: the cluster goes with what another one put there
  const down = await labCommand('down');

  expect(down).toMatchObject({ exitCode: 0 });
  await expect(leftovers.find()).resolves.toEqual([]);
  await expect(checkPortsFree(config.ports)).resolves.toBeUndefined();
}, 600_000);

/** Takes the further node whose server leads; where that is the control plane's, another has to lead. */
async function chooseNodes(): Promise<void> {
  const leader = await streamLeader(lab.nats, MEMES_STREAM.name);
  const pods = await natsPods();
  let pod = pods.find(({ metadata }) => metadata?.name === leader);
  if (!pod || nodeOf(pod) === FIRST) {
    pod = pods.find((each) => nodeOf(each) !== FIRST);
    await handLeadershipTo(lab.nats, MEMES_STREAM.name, pod?.metadata?.name ?? '');
  }
  const name = pod && nodeOf(pod);
  const place = NODE_PLACES.find((each) => each.name === name);
  if (!place) throw new Error(`the leader is on "${name}", which is no node of the local cluster`);
  lost = new ClusterNode(config.stateDir, place);
  other = FURTHER.find((each) => each !== name) ?? '';
}

async function natsPods(): Promise<V1Pod[]> {
  const { items } = await lab.core.listNamespacedPod({
    namespace: NATS.namespace,
    labelSelector: `app.kubernetes.io/name=${NATS.statefulSet}`,
  });
  return items;
}

function nodeOf(pod: V1Pod): string {
  return pod.spec?.nodeName ?? '';
}

async function podOn(node: string): Promise<string> {
  const pod = (await natsPods()).find((each) => nodeOf(each) === node);
  return pod?.metadata?.name ?? '';
}

function isReady(pod: V1Pod): boolean {
  const conditions = pod.status?.conditions ?? [];
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

async function natsReady(servers: number): Promise<void> {
  const deadline = Date.now() + 180_000;
  while ((await natsPods()).filter(isReady).length < servers) {
    if (Date.now() > deadline) throw new Error(`not ${servers} servers of NATS ready within 180 s`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Watches NATS until the returned function is called, which gives the fewest servers that were ready. */
function leastReadyServers(): () => Promise<number> {
  let least = Infinity;
  let watching = true;
  const watch = (async () => {
    while (watching) {
      least = Math.min(least, (await natsPods()).filter(isReady).length);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  })();
  return async () => {
    watching = false;
    await watch;
    return least;
  };
}

function evict(name: string): Promise<unknown> {
  return lab.core.createNamespacedPodEviction({
    name,
    namespace: NATS.namespace,
    body: { metadata: { name, namespace: NATS.namespace } },
  });
}

async function kubectl(...args: string[]): Promise<void> {
  await execa('kubectl', args, { stdin: 'ignore' });
}
