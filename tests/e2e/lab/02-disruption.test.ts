import { NATS, WORKER } from '../../../workloads/protocol/names';
import { expectMemeForEach } from '../support/answers';
import { Lab } from '../support/lab';
import { printMeasurements, secondsBetween } from '../support/measurements';

const REQUESTS = 120;

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
}, 60_000);

afterAll(() => lab.close());

test('deleting a busy worker pod in the middle loses nothing and answers nothing twice', async () => {
  const published = Date.now();
  const ids = await lab.burst(REQUESTS);
  await lab.replicas.first(({ ready }) => ready >= 3, published, 90);
  const busy = await busyPod(ids);

  await lab.core.deleteNamespacedPod({ namespace: WORKER.namespace, name: busy });

  await lab.answers.forAll(ids, 240);
  expectMemeForEach(lab.answers, ids);
  printMeasurements(`${REQUESTS} requests, a busy pod deleted in the middle`, [
    ['last answer', secondsBetween(published, lab.answers.lastArrival(ids))],
    ['answers of the deleted pod', String(answersOf(ids, busy))],
  ]);
}, 400_000);

test('killing a busy worker pod without notice loses nothing', async () => {
  const published = Date.now();
  const ids = await lab.burst(REQUESTS);
  await lab.replicas.first(({ ready }) => ready >= 3, published, 90);
  const busy = await busyPod(ids);

  await lab.core.deleteNamespacedPod({
    namespace: WORKER.namespace,
    name: busy,
    gracePeriodSeconds: 0,
  });

  await lab.answers.forAll(ids, 240);
  expectMemeForEach(lab.answers, ids);
}, 400_000);

test('restarting NATS in the middle loses nothing and answers nothing twice', async () => {
  const published = Date.now();
  const ids = await lab.burst(REQUESTS);
  await lab.replicas.first(({ ready }) => ready >= 3, published, 90);
  await firstAnswerTo(ids);
  const answered = lab.answers.arrivals.length;

  await lab.core.deleteNamespacedPod({
    namespace: NATS.namespace,
    name: `${NATS.statefulSet}-0`,
  });

  await lab.answers.forAll(ids, 300);
  expectMemeForEach(lab.answers, ids);
  expect(answersBefore(ids, answered)).toBeLessThan(REQUESTS);
  printMeasurements(`${REQUESTS} requests, NATS restarted in the middle`, [
    ['last answer', secondsBetween(published, lab.answers.lastArrival(ids))],
  ]);
}, 500_000);

/** A pod that has answered one of these requests, so it is in the middle of the others. */
async function busyPod(ids: readonly string[]): Promise<string> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const alive = new Set(await lab.workerPods());
    const worker = lab.answers
      .to(ids)
      .map(({ response }) => response?.worker ?? '')
      .find((name) => alive.has(name));
    if (worker) return worker;
    if (Date.now() > deadline) throw new Error('no worker pod answered within 60 s');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function firstAnswerTo(ids: readonly string[]): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (lab.answers.to(ids).length === 0) {
    if (Date.now() > deadline) throw new Error('no answer within 60 s');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function answersBefore(ids: readonly string[], arrivals: number): number {
  const wanted = new Set(ids);
  return lab.answers.arrivals.slice(0, arrivals).filter(({ id }) => wanted.has(id)).length;
}

function answersOf(ids: readonly string[], pod: string): number {
  return lab.answers.to(ids).filter(({ response }) => response?.worker === pod).length;
}
