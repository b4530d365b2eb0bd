import sharp from 'sharp';
import { Lab } from '../support/lab';
import { printMeasurements, secondsBetween } from '../support/measurements';

const BURST = 300;

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
}, 60_000);

afterAll(() => lab.close());

test('a single request from zero replicas comes back as a valid picture', async () => {
  await lab.idle(180);
  const published = Date.now();

  const id = await lab.request(`a cat that waits for its first pod, ${published}`);

  await lab.answers.forAll([id], 60);
  const arrival = lab.answers.arrivals.find((answer) => answer.id === id);
  const picture = Buffer.from(arrival?.response?.image_data ?? '', 'base64');
  const { width, height, format } = await sharp(picture).metadata();
  expect({ width, height }).toEqual({ width: 512, height: 512 });
  expect(`image/${format}`).toBe(arrival?.response?.mime_type);
  const firstReplica = await lab.replicas.first(({ wanted }) => wanted > 0, published, 1);
  printMeasurements('One request from zero replicas', [
    ['first replica wanted', secondsBetween(published, firstReplica.at), '2 s'],
    ['first answer', secondsBetween(published, arrival?.at ?? NaN), '6 s'],
  ]);
}, 300_000);

test(`${BURST} unique requests take the worker from 0 to 10 and back, each answered once`, async () => {
  await lab.idle(180);
  const published = Date.now();

  const ids = await lab.burst(BURST);

  const tenReady = await lab.replicas.first(({ ready }) => ready >= 10, published, 120);
  await lab.answers.forAll(ids, 240);
  const lastAnswer = Math.max(...arrivalsOf(ids).map(({ at }) => at));
  await lab.idle(180);
  const backToZero = await lab.replicas.first(({ wanted }) => wanted === 0, lastAnswer, 1);
  expect(Math.max(...samplesSince(published).map(({ wanted }) => wanted))).toBe(10);
  expect(arrivalsOf(ids).filter(({ error }) => error !== undefined)).toEqual([]);
  const counts = lab.answers.countById();
  expect(ids.filter((id) => counts.get(id) !== 1)).toEqual([]);
  const pods = new Set(arrivalsOf(ids).map(({ response }) => response?.worker));
  expect(pods.size).toBeGreaterThanOrEqual(10);
  const first = await lab.replicas.first(({ wanted }) => wanted > 0, published, 1);
  const firstAnswer = Math.min(...arrivalsOf(ids).map(({ at }) => at));
  printMeasurements(`${BURST} unique requests at once, from zero replicas`, [
    ['first replica wanted', secondsBetween(published, first.at), '2 s'],
    ['first answer', secondsBetween(published, firstAnswer), '6 s'],
    ['10 replicas ready', secondsBetween(published, tenReady.at), '25 s'],
    ['last answer', secondsBetween(published, lastAnswer)],
    ['back to zero', secondsBetween(published, backToZero.at)],
    ['pods that answered', String(pods.size)],
  ]);
}, 600_000);

function arrivalsOf(ids: readonly string[]) {
  const wanted = new Set(ids);
  return lab.answers.arrivals.filter(({ id }) => wanted.has(id));
}

function samplesSince(moment: number) {
  return lab.replicas.samples.filter(({ at }) => at >= moment);
}
