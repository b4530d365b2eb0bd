import {
  assignName,
  isAutonamed,
  newFieldManager,
} from '../../../local/pulumi/kubernetes-provider/naming';
import type { Properties } from '../../../local/pulumi/kubernetes-provider/property-values';

const seed = Buffer.from('seed');
const nameOf = (inputs: Properties) => (inputs.metadata as { name?: string }).name;

test('a missing name is the resource name with eight hex digits, the same for the same seed', () => {
  const named = assignName({}, {}, 'web', seed);
  expect(nameOf(named)).toMatch(/^web-[0-9a-f]{8}$/);
  expect(isAutonamed(named)).toBe(true);
  expect(nameOf(assignName({}, {}, 'web', seed))).toBe(nameOf(named));
  expect(nameOf(assignName({}, {}, 'web', Buffer.from('other')))).not.toBe(nameOf(named));
});

test('a name that was chosen here is carried over, one that the user gave is not', () => {
  const old = assignName({}, {}, 'web', Buffer.from('other'));
  expect(nameOf(assignName({}, old, 'web', seed))).toBe(nameOf(old));
  const given = { metadata: { name: 'given' } };
  expect(nameOf(assignName({}, given, 'web', seed))).toMatch(/^web-/);
});

test('a name or a prefix of the user stays as it is', () => {
  const given = { metadata: { name: 'given' } };
  expect(assignName(given, {}, 'web', seed)).toBe(given);
  const prefix = { metadata: { generateName: 'pre-' } };
  expect(assignName(prefix, {}, 'web', seed)).toBe(prefix);
});

test('the user’s naming policy decides', () => {
  const policy = { mode: 'enforce', proposedName: 'exact' } as const;
  expect(nameOf(assignName({}, {}, 'web', seed, policy))).toBe('exact');
  expect(() => assignName({}, {}, 'web', seed, { mode: 'disable', proposedName: '' })).toThrow(
    '"metadata.name" of resource "web" is missing and automatic names are turned off',
  );
});

test('each resource has a field manager of its own', () => {
  expect(newFieldManager()).toMatch(/^pulumi-kubernetes-[0-9a-f]{8}$/);
  expect(newFieldManager()).not.toBe(newFieldManager());
});
