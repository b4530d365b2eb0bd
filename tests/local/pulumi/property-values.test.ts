import {
  conceal,
  containsUnknown,
  isSecret,
  removeAt,
  reveal,
  sameValue,
  secret,
  secretPaths,
  UNKNOWN,
} from '../../../local/pulumi/kubernetes-provider/property-values';

test('secrets are marked in the form of the wire protocol, once', () => {
  const marked = secret('s');
  expect(marked).toEqual({
    '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270',
    value: 's',
  });
  expect(secret(marked)).toBe(marked);
  expect(isSecret({ value: 's' })).toBe(false);
});

test('what is revealed can be concealed again at the same places', () => {
  const inputs = { a: secret({ b: secret('x') }), list: [{ c: secret('y') }, 'z'] };
  expect(reveal(inputs)).toEqual({ a: { b: 'x' }, list: [{ c: 'y' }, 'z'] });
  const paths = secretPaths(inputs);
  expect(paths).toEqual([['a'], ['list', 0, 'c']]);
  const live = { a: { b: 'x', more: 1 }, list: [{ c: 'y' }, 'z'] };
  expect(conceal(live, paths)).toEqual({
    a: secret({ b: 'x', more: 1 }),
    list: [{ c: secret('y') }, 'z'],
  });
  expect(conceal({ other: 1 }, paths)).toEqual({ other: 1 });
});

test('unknown values are found at any depth, whatever type they stand for', () => {
  expect(containsUnknown({ a: [{ b: UNKNOWN }] })).toBe(true);
  expect(containsUnknown({ a: secret('dd056dcd-154b-4c76-9bd3-c8f88648b5ff') })).toBe(true);
  expect(containsUnknown({ a: ['known', null] })).toBe(false);
});

test('values are removed by path, and nothing else changes', () => {
  const value = { a: { b: 1, c: 2 }, list: ['x', 'y'] };
  expect(removeAt(value, ['a', 'b'])).toEqual({ a: { c: 2 }, list: ['x', 'y'] });
  expect(removeAt(value, ['list', 0])).toEqual({ a: { b: 1, c: 2 }, list: ['y'] });
  expect(removeAt(value, ['no', 'such'])).toEqual(value);
});

test('values are the same whatever the order of their keys', () => {
  expect(sameValue({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true);
  expect(sameValue({ a: 1 }, { a: 1, b: undefined })).toBe(false);
  expect(sameValue([1, 2], [2, 1])).toBe(false);
});
