import { type KubeObject } from '../../../workloads/observer/kube-objects';
import { ResourceWatch } from '../../../workloads/observer/resource-watch';
import { eventually } from '../../support/meme-lab';
import { type GoneAs, KubeApi, type Question } from './support/kube-api';

const PODS = '/api/v1/namespaces/lab/pods';

let api: KubeApi;
let watch: ResourceWatch<KubeObject>;
let changes: string[];
let connection: (string | undefined)[];

const nameOf = (object: KubeObject | undefined) => object?.metadata.name ?? '-';

beforeEach(async () => {
  api = await KubeApi.start();
  changes = [];
  connection = [];
  watch = new ResourceWatch({
    kubeconfig: api.kubeconfig,
    path: PODS,
    onChange: (before, now) => void changes.push(`${nameOf(before)} > ${nameOf(now)}`),
    onConnection: (lost) => void connection.push(lost),
  });
});

afterEach(async () => {
  await watch.stop();
  await api.stop();
});

const names = () => watch.items.map(nameOf).sort();
const theyAre = (...wanted: readonly string[]) =>
  eventually(`list of ${wanted.join(', ')}`, 10_000, async () => `${names()}` === `${wanted}`);
const watched = () => eventually('watch', 10_000, async () => api.watched.length === 1);

/** Two pods that are watched. */
async function begin(): Promise<void> {
  api.serve(PODS);
  api.put(PODS, 'one');
  api.put(PODS, 'two');
  await watch.start();
  await watched();
}

test('what is there is listed once, and what changes is heard', async () => {
  await begin();
  expect(names()).toEqual(['one', 'two']);

  api.put(PODS, 'three');
  api.put(PODS, 'one');
  api.delete(PODS, 'two');
  await theyAre('one', 'three');

  expect(changes).toEqual(['- > one', '- > two', '- > three', 'one > one', 'two > -']);
  expect(api.lists).toEqual([PODS]);
  expect(connection).toEqual([undefined]);
});

test('a watch that was lost goes on where it was, without a new list', async () => {
  await begin();

  api.cut();
  api.delete(PODS, 'one');
  api.put(PODS, 'three');
  await theyAre('three', 'two');

  expect(api.lists).toEqual([PODS]);
  expect(connection).toEqual([undefined, expect.any(String), undefined]);
});

test.each<GoneAs>(['status', 'event'])(
  'where the server has forgotten that point and says 410 as its %s, what was deleted meanwhile is gone after a new list',
  async (goneAs) => {
    api.goneAs = goneAs;
    await begin();

    api.cut();
    api.delete(PODS, 'one');
    api.put(PODS, 'three');
    api.compact();
    await theyAre('three', 'two');

    expect(api.lists).toEqual([PODS, PODS]);
    expect(changes.slice(2).sort()).toEqual(['- > three', 'one > -']);
    await watched();
    api.delete(PODS, 'two');
    await theyAre('three');
  },
);

test('the last object that goes with its watch lost is gone too', async () => {
  await begin();

  api.cut();
  for (const name of ['one', 'two']) api.delete(PODS, name);
  api.compact();

  await theyAre();
});

test('a path that is not found is said, and picked up once it is there', async () => {
  await watch.start();
  expect(connection).toEqual([`GET ${PODS} answered 404: 404 page not found`]);

  api.serve(PODS);
  api.put(PODS, 'late');
  await theyAre('late');

  await eventually('connection', 10_000, async () => connection.at(-1) === undefined);
});

test('a stop ends the watch and takes every object back', async () => {
  await begin();

  await watch.stop();

  expect(changes.slice(2)).toEqual(['one > -', 'two > -']);
  await eventually('end of the watch', 10_000, async () => api.watched.length === 0);
});

test.each<Question>(['list', 'watch'])(
  'a stop before the answer to its %s leaves nothing behind',
  async (question) => {
    api.serve(PODS);
    api.put(PODS, 'one');
    const held = api.hold(question);
    const starting = watch.start();
    await held.asked;

    await watch.stop();
    held.release();
    await starting;

    expect(names()).toEqual([]);
    expect(connection).toEqual([]);
    await eventually('end of the watch', 10_000, async () => api.watched.length === 0);
  },
);
