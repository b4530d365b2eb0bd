import { fromSeed } from '@nats-io/jwt';
import { provider } from '../../../infra/secrets/generated-secrets';

type Inputs = Parameters<typeof provider.create>[0];
type State = Awaited<ReturnType<typeof provider.create>>['outs'];

/** A certificate that stands for itself: only which one is kept matters here. */
const certificate = (made: string) => ({
  authority: `authority ${made}`,
  certificate: `certificate ${made}`,
  privateKey: `key ${made}`,
});

const WANTED: Inputs = {
  rotation: 1,
  passwords: ['redis'],
  accountKeys: ['callout'],
  certificateNames: ['nats'],
  certificates: { nats: certificate('first') },
};

const created = async (): Promise<State> => (await provider.create(WANTED)).outs;
const updated = async (old: State, wanted: Inputs): Promise<State> =>
  (await provider.update('generated', old, wanted)).outs;
const changes = async (old: State, wanted: Inputs): Promise<boolean> =>
  (await provider.diff('generated', old, wanted)).changes;

test('each name has a value of its kind', async () => {
  const { values, issued } = await created();

  expect(values.redis).toMatch(/^p[0-9a-f]{48}$/);
  const key = fromSeed(new TextEncoder().encode(values.callout));
  expect(key.getPublicKey()).toMatch(/^A/);
  expect(issued).toEqual({ nats: certificate('first') });
});

test('no two of them are the same, and none comes again', async () => {
  const wanted = { ...WANTED, passwords: ['one', 'two'], accountKeys: ['three', 'four'] };
  const made = [await provider.create(wanted), await provider.create(wanted)];

  expect(new Set(made.flatMap(({ outs }) => Object.values(outs.values))).size).toBe(8);
});

test('certificates that are made anew with every run are no change', async () => {
  const again = { ...WANTED, certificates: { nats: certificate('second') } };

  expect(await changes(await created(), again)).toBe(false);
});

test.each<[string, Partial<Inputs>]>([
  ['another rotation', { rotation: 2 }],
  ['a further password', { passwords: ['grafana', 'redis'] }],
  ['a password less', { passwords: [] }],
  ['a further account', { accountKeys: ['callout', 'other'] }],
  ['a further certificate', { certificateNames: ['nats', 'webhook'] }],
])('%s is a change', async (_case, change) => {
  expect(await changes(await created(), { ...WANTED, ...change })).toBe(true);
});

test("a name that comes later leaves the others' values as they are", async () => {
  const old = await created();
  const wanted = {
    rotation: 1,
    passwords: ['grafana', 'redis'],
    accountKeys: ['another', 'callout'],
    certificateNames: ['nats', 'webhook'],
    certificates: { nats: certificate('second'), webhook: certificate('second') },
  };

  const now = await updated(old, wanted);

  expect(now.values).toMatchObject(old.values);
  expect(Object.keys(now.values).sort()).toEqual(['another', 'callout', 'grafana', 'redis']);
  expect(now.issued).toEqual({ nats: certificate('first'), webhook: certificate('second') });
  expect(await changes(now, wanted)).toBe(false);
});

test('a name that is gone takes its value along, and gets another one when it comes back', async () => {
  const old = await created();
  const without = { ...WANTED, passwords: [], certificateNames: [], certificates: {} };

  const meanwhile = await updated(old, without);
  const now = await updated(meanwhile, {
    ...WANTED,
    certificates: { nats: certificate('second') },
  });

  expect(meanwhile.values).toEqual({ callout: old.values.callout });
  expect(meanwhile.issued).toEqual({});
  expect(now.values.redis).not.toBe(old.values.redis);
  expect(now.issued).toEqual({ nats: certificate('second') });
});

test('a rotation replaces every value and every certificate', async () => {
  const old = await created();

  const now = await updated(old, {
    ...WANTED,
    rotation: 2,
    certificates: { nats: certificate('second') },
  });

  for (const name of ['redis', 'callout']) expect(now.values[name]).not.toBe(old.values[name]);
  expect(now.issued).toEqual({ nats: certificate('second') });
  expect(now.rotation).toBe(2);
});

describe('a state from a version without certificates', () => {
  const before = async (): Promise<State> => {
    const { rotation, passwords, accountKeys, values } = await created();
    return { rotation, passwords, accountKeys, values } as State;
  };

  test('is no change where none is asked for', async () => {
    const none = { ...WANTED, certificateNames: [], certificates: {} };

    expect(await changes(await before(), none)).toBe(false);
  });

  test('keeps its values and gets the certificates that are asked for', async () => {
    const old = await before();

    expect(await changes(old, WANTED)).toBe(true);
    const now = await updated(old, WANTED);

    expect(now.values).toEqual(old.values);
    expect(now.issued).toEqual({ nats: certificate('first') });
  });
});
