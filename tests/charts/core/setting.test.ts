import {
  boolean,
  integer,
  nodePort,
  oneOf,
  optionalText,
  record,
  secret,
  size,
} from '../../../charts/core/setting';
import { check, pick, type ValuesOf } from '../../../charts/core/setting-group';

const description = 'What it does';
const GROUP = {
  workers: integer({ min: 1, max: 9, default: 2, unit: 'workers', example: 3, description }),
  seconds: integer({
    ...{ min: 0, max: 9, default: 2, unit: 'seconds', example: 3, description },
    fractionsInCharts: true,
    hint: 'give seconds',
  }),
  mode: oneOf(['queue', 'cpu'], { default: 'queue', description }),
  tls: boolean({ default: false, description }),
  port: nodePort({ example: 30001, description }),
  host: optionalText({ pattern: /^[a-z]+$/, allowed: 'letters', example: 'a', description }),
  storage: size({ default: '2Gi', example: '2Gi', description }),
  token: secret({ pattern: /^\S+$/, allowed: 'a token', example: '--secret t', description }),
  images: record({
    ...{
      keys: ['nats', 'redis'],
      pattern: /:\d/,
      allowed: 'images',
      example: '--path',
      description,
    },
  }),
};
const VALUES: ValuesOf<typeof GROUP> = {
  ...{ workers: 2, seconds: 0.5, mode: 'cpu', tls: true, storage: '1Gi', images: {} },
};

test('the values of a group hold no secret, and what may be left empty is optional', () => {
  const { workers, mode, port }: ValuesOf<typeof GROUP> = VALUES;
  const typed: [number, 'queue' | 'cpu', number | undefined] = [workers, mode, port];
  expect(typed).toEqual([2, 'cpu', undefined]);
  // @ts-expect-error a secret is no value of its group
  const token: unknown = VALUES.token;
  expect(token).toBeUndefined();
});

test('values in bounds pass', () => {
  expect(() => check(GROUP, VALUES)).not.toThrow();
  expect(() => check(GROUP, { ...VALUES, port: 30_000, host: 'abc' })).not.toThrow();
});

test.each<[Partial<ValuesOf<typeof GROUP>>, string]>([
  [{ workers: 0 }, '"workers" is 0; it must be a whole number from 1 to 9'],
  [{ workers: 1.5 }, '"workers" is 1.5; it must be a whole number from 1 to 9'],
  [{ seconds: NaN }, '"seconds" is NaN; it must be a number from 0 to 9: give seconds'],
  [{ port: 80 }, '"port" is 80; it must be a whole number from 30000 to 32767: this is the range'],
  [{ host: 'A' }, '"host" is "A"; it must be letters'],
  [{ storage: '2 GB' }, '"storage" is "2 GB"; it must be a whole number of Mi, Gi or Ti'],
  [{ images: { nats: 'nats' } }, '"images" is [object Object]; it must be images'],
])('fails on %j', (changes, message) => {
  expect(() => check(GROUP, { ...VALUES, ...changes })).toThrow(message);
});

test('a stack sets whole numbers only, even where a chart takes fractions', () => {
  expect(GROUP.seconds.parse('0.5')).toEqual({ ok: false });
  expect(GROUP.seconds.parse('1')).toEqual({ ok: true, value: 1 });
});

test.each([
  ['port', '0', undefined],
  ['port', '30001', 30_001],
  ['host', '', undefined],
  ['token', '', undefined],
  ['tls', 'true', true],
  ['images', '{"nats":"nats:2"}', { nats: 'nats:2' }],
] as const)('%s reads %j', (key, text, value) => {
  expect(GROUP[key].parse(text)).toEqual({ ok: true, value });
});

test.each([
  ['port', '29999'],
  ['host', 'A'],
  ['tls', 'yes'],
  ['images', '{'],
  ['images', '{"postgres":"postgres:1"}'],
  ['workers', undefined],
] as const)('%s refuses %j', (key, text) => {
  expect(GROUP[key].parse(text)).toEqual({ ok: false });
});

test('a group picks its own values, and leaves out those that are not set', () => {
  const props = { ...VALUES, port: undefined, image: 'nats:2' };
  expect(pick({ workers: GROUP.workers, port: GROUP.port }, props)).toStrictEqual({ workers: 2 });
});
