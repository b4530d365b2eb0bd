import { AutoscalingV2Api, KubeConfig } from '@kubernetes/client-node';
import { readLocalConfig } from '../../../local/config';
import { ClusterNode } from '../../../local/node/cluster-node';
import { FIRST_PLACE } from '../../../local/node/node-place';
import {
  type AutoscalerState,
  type Decision,
  LAB_STATE_SUBJECTS,
  type LabState,
  labStateSchema,
} from '../../../workloads/protocol/lab-state';
import { WORKER } from '../../../workloads/protocol/names';
import { Lab } from '../support/lab';
import { printMeasurements, secondsBetween } from '../support/measurements';
import { addSecondHpa, removeSecondHpa, SECOND_HPA } from '../support/second-hpa';

const { process: node } = new ClusterNode(readLocalConfig(process.env).stateDir, FIRST_PLACE);

let lab: Lab;
let autoscaling: AutoscalingV2Api;
const states: LabState[] = [];
const sizes: number[] = [];

beforeAll(async () => {
  lab = await Lab.open();
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromDefault();
  autoscaling = kubeconfig.makeApiClient(AutoscalingV2Api);
  lab.nats.subscribe(LAB_STATE_SUBJECTS.state, {
    callback: (error, message) => {
      if (error) throw error;
      sizes.push(message.data.length);
      states.push(labStateSchema.parse(message.json()));
    },
  });
}, 60_000);

afterAll(async () => {
  await removeSecondHpa(autoscaling);
  await lab.close();
});

test('tells idle from busy, who scaled, from what to what and why, and idle again', async () => {
  await lab.idle(180);
  const idle = await stateWith((state) => worker(state).status === 'idle', 30);
  expect(scaledObject(idle)).toMatchObject({ status: 'idle', desired: 0 });
  const published = Date.now();

  const ids = await lab.burst(120);

  const waiting = await stateWith(
    ({ queue, time }) => time > published && queue.known && queue.pending > 50,
    30,
  );
  const scaled = await stateWith((state) => worker(state).ready >= 3, 90);
  expect(worker(scaled).pods.length).toBeGreaterThanOrEqual(3);
  await lab.answers.forAll(ids, 240);
  await lab.idle(180);
  await stateWith((state) => worker(state).status === 'idle', 30);
  const decisions = (await timeline()).filter(({ time }) => time >= published);
  const [first] = decisions;
  expect(first).toMatchObject({ from: 0, autoscaler: { kind: 'ScaledObject', name: 'worker' } });
  expect(first?.why).toMatch(/^KEDA scaled worker from 0 to \d+: \d+ requests? waits?$/);
  const raised = decisions.find(({ autoscaler }) => autoscaler?.name === 'keda-hpa-worker');
  expect(raised?.to).toBeGreaterThan(raised?.from ?? Infinity);
  expect(raised?.why).toContain('s0-nats-jetstream-MEMES above target');
  expect(decisions.at(-1)).toMatchObject({ to: 0, autoscaler: { kind: 'ScaledObject' } });
  // what one decision left is what the next one found: none is missing, none is there twice
  decisions.slice(1).forEach((decision, index) => expect(decision.from).toBe(decisions[index]?.to));
  expect(new Set(decisions.map(({ id }) => id)).size).toBe(decisions.length);
  printMeasurements('120 requests, as the observer saw them', [
    ['lag shown', secondsBetween(published, waiting.time)],
    ['first decision', secondsBetween(published, first?.time ?? NaN)],
    ['decisions', decisions.map(({ from, to }) => `${from} to ${to}`).join(', ')],
    ['largest message', `${Math.max(...sizes)} bytes`],
  ]);
}, 600_000);

test('names two autoscalers on the same pods frozen, and sees them thaw', async () => {
  const ids = await lab.burst(200);
  await stateWith((state) => worker(state).ready >= 2, 90);
  await addSecondHpa(autoscaling);
  const created = Date.now();

  const frozen = await stateWith(
    (state) =>
      hpa(state, SECOND_HPA)?.status === 'frozen' && scaledObject(state).status === 'frozen',
    60,
  );

  expect(hpa(frozen, 'keda-hpa-worker')).toMatchObject({
    status: 'frozen',
    reason: 'AmbiguousSelector',
  });
  await removeSecondHpa(autoscaling);
  const removed = Date.now();
  const thawed = await stateWith(
    (state) => hpa(state, SECOND_HPA) === undefined && scaledObject(state).status !== 'frozen',
    60,
  );
  await lab.answers.forAll(ids, 300);
  printMeasurements('A second HPA on the worker', [
    ['named frozen', secondsBetween(created, frozen.time)],
    ['thawed after its removal', secondsBetween(removed, thawed.time)],
  ]);
}, 600_000);

test('says that the API server is away, and goes on where it was when it is back', async () => {
  await lab.idle(240);
  const restarts = await observerRestarts();
  const killed = Date.now();

  await node.exec(['sh', '-c', 'kill -9 $(pidof kube-apiserver)']);

  const away = await stateWith(
    ({ kubernetes, time }) => time >= killed && kubernetes.status === 'away',
    60,
  );
  expect(away.kubernetes.reason).toBeDefined();
  const back = await stateWith(
    ({ kubernetes, time }) => time > away.time && kubernetes.status === 'watching',
    120,
  );
  const asked = Date.now();
  const id = await lab.request(`what the observer sees after ${killed}`);
  await stateWith((state) => worker(state).wanted > 0, 60);
  await lab.answers.forAll([id], 60);
  const woke = (await timeline()).find(({ time }) => time >= asked - 1000);
  expect(woke).toMatchObject({ from: 0, to: 1 });
  expect(await observerRestarts()).toBe(restarts);
  printMeasurements('kube-apiserver killed', [
    ['said to be away', secondsBetween(killed, away.time)],
    ['watched again', secondsBetween(killed, back.time)],
  ]);
}, 600_000);

/** The latest state, or the first one to come, for which something holds. */
async function stateWith(
  holds: (state: LabState) => boolean,
  timeoutSeconds: number,
): Promise<LabState> {
  let next = Math.max(0, states.length - 1);
  for (const deadline = Date.now() + timeoutSeconds * 1000; Date.now() < deadline;) {
    for (; next < states.length; next++) if (holds(states[next]!)) return states[next]!;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(
    `not seen within ${timeoutSeconds} s; last: ${JSON.stringify(states.at(-1), null, 2)}`,
  );
}

/** The decisions of an hour about the worker. */
async function timeline(): Promise<Decision[]> {
  const answer = await lab.nats.request(LAB_STATE_SUBJECTS.snapshot, undefined, { timeout: 5000 });
  const { decisions } = labStateSchema.parse(answer.json());
  return decisions.filter(
    ({ target, quantity }) => target.name === WORKER.deployment && quantity === 'replicas',
  );
}

function worker({ workloads }: LabState) {
  const found = workloads.find(({ name }) => name === WORKER.deployment);
  if (!found) throw new Error('the state does not speak of the worker');
  return found;
}

function scaledObject({ autoscalers }: LabState): AutoscalerState {
  const found = autoscalers.find(
    ({ kind, name }) => kind === 'ScaledObject' && name === WORKER.scaledObject,
  );
  if (!found) throw new Error('the state does not speak of the ScaledObject');
  return found;
}

function hpa({ autoscalers }: LabState, name: string): AutoscalerState | undefined {
  return autoscalers.find((each) => each.kind === 'HorizontalPodAutoscaler' && each.name === name);
}

async function observerRestarts(): Promise<number> {
  const { items } = await lab.core.listNamespacedPod({
    namespace: 'monitoring',
    labelSelector: 'app.kubernetes.io/name=observer',
  });
  return items.reduce(
    (sum, { status }) => sum + (status?.containerStatuses?.[0]?.restartCount ?? 0),
    0,
  );
}
