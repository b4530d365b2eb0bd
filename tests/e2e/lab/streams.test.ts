import { BOOTSTRAP } from '../../../workloads/protocol/names';
import { CONSUMER, MEMES_STREAM } from '../../../workloads/protocol/streams';
import { expectMemeForEach } from '../support/answers';
import { Lab } from '../support/lab';
import { printMeasurements, secondsBetween } from '../support/measurements';

const POLL_MS = 200;

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
}, 60_000);

afterAll(() => lab.close());

test('a consumer that somebody deletes is back without an update, and a request is answered', async () => {
  const { consumers } = await lab.nats.jetstreamManager();
  const { config } = await consumers.info(MEMES_STREAM.name, CONSUMER.durable);

  await consumers.delete(MEMES_STREAM.name, CONSUMER.durable);
  const deleted = Date.now();
  await until(async () => {
    const found = await consumers.info(MEMES_STREAM.name, CONSUMER.durable);
    expect(found.config).toEqual(config);
  }, 30);
  const back = Date.now();

  await answered('after the consumer was deleted');
  printMeasurements('the consumer deleted', [['back', secondsBetween(deleted, back)]]);
}, 300_000);

test('so is a stream, with its consumer', async () => {
  const { consumers, streams } = await lab.nats.jetstreamManager();
  await lab.idle(180);
  const { config } = await streams.info(MEMES_STREAM.name);
  expect((await streams.info(MEMES_STREAM.name)).state.messages).toBe(0);

  await streams.delete(MEMES_STREAM.name);
  const deleted = Date.now();
  await until(async () => {
    expect((await streams.info(MEMES_STREAM.name)).config).toEqual(config);
    await consumers.info(MEMES_STREAM.name, CONSUMER.durable);
  }, 30);
  const back = Date.now();

  await answered('after the stream was deleted');
  printMeasurements('the stream deleted', [['back', secondsBetween(deleted, back)]]);
}, 500_000);

test('the program that reconciles them is ready again', async () => {
  const { deployment: name, namespace } = BOOTSTRAP;

  await until(async () => {
    const { status } = await lab.apps.readNamespacedDeployment({ name, namespace });
    expect(status?.readyReplicas).toBe(1);
  }, 60);
}, 90_000);

async function answered(prompt: string): Promise<void> {
  const ids = [await lab.request(`${prompt}, at ${Date.now()}`)];
  await lab.answers.forAll(ids, 180);
  expectMemeForEach(lab.answers, ids);
}

/** Tries until the check passes; fails with its last error. */
async function until(check: () => Promise<void>, seconds: number): Promise<void> {
  for (const deadline = Date.now() + seconds * 1000; ;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}
