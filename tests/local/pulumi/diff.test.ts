import { diffInputs } from '../../../local/pulumi/kubernetes-provider/diff';
import { secret, type Properties } from '../../../local/pulumi/kubernetes-provider/property-values';

const IMMUTABLE_DATA = { enableConfigMapMutable: false, enableSecretMutable: false };

const configMap = (data: Properties, metadata: Properties = { name: 'x', namespace: 'n' }) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata,
  data,
});

const deployment = (spec: Properties) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'x', namespace: 'n' },
  spec,
});

test('a change names the deepest path that tells it', () => {
  const container = (value: string) => ({
    template: { spec: { containers: [{ name: 'c', env: [{ name: 'A', value }] }] } },
  });
  const { changes } = diffInputs(
    deployment(container('1')),
    deployment(container('2')),
    IMMUTABLE_DATA,
  );
  expect(changes).toEqual([
    {
      path: 'spec.template.spec.containers[0].env[0].value',
      kind: 'update',
      replaces: false,
    },
  ]);
});

test('keys with dots and slashes are quoted', () => {
  const before = configMap({}, { name: 'x', annotations: {} });
  const after = configMap({}, { name: 'x', annotations: { 'a.b/c': '1' } });
  const { changes } = diffInputs(before, after, IMMUTABLE_DATA);
  expect(changes).toEqual([
    { path: 'metadata.annotations["a.b/c"]', kind: 'add', replaces: false },
  ]);
});

test('the data of a ConfigMap replaces, the old object first where the name is fixed', () => {
  const fixed = diffInputs(configMap({ a: '1' }), configMap({ a: '2' }), IMMUTABLE_DATA);
  expect(fixed.changes).toEqual([{ path: 'data.a', kind: 'update', replaces: true }]);
  expect(fixed.deleteBeforeReplace).toBe(true);

  const metadata = { name: 'x-12345678', annotations: { 'pulumi.com/autonamed': 'true' } };
  const named = diffInputs(
    configMap({ a: '1' }, metadata),
    configMap({ a: '2' }, metadata),
    IMMUTABLE_DATA,
  );
  expect(named.deleteBeforeReplace).toBe(false);
});

test('the data of a ConfigMap is updated where the provider is told so', () => {
  const { changes } = diffInputs(configMap({ a: '1' }), configMap({}), {
    enableConfigMapMutable: true,
    enableSecretMutable: false,
  });
  expect(changes).toEqual([{ path: 'data.a', kind: 'delete', replaces: false }]);
});

test('a secret mark alone is no change', () => {
  const { changes } = diffInputs(
    configMap({ a: secret('1') }),
    configMap({ a: '1' }),
    IMMUTABLE_DATA,
  );
  expect(changes).toEqual([]);
});

test.each([
  [
    'selector',
    { selector: { matchLabels: { a: '1' } } },
    { selector: { matchLabels: { a: '2' } } },
  ],
])('a changed %s of a Deployment replaces', (_, before, after) => {
  const { changes } = diffInputs(deployment(before), deployment(after), IMMUTABLE_DATA);
  expect(changes.map(({ replaces }) => replaces)).toEqual([true]);
});

test('another name or namespace is another object, and both may stand side by side', () => {
  const renamed = diffInputs(
    configMap({}, { name: 'x', namespace: 'n' }),
    configMap({}, { name: 'y', namespace: 'n' }),
    IMMUTABLE_DATA,
  );
  expect(renamed.changes).toEqual([{ path: 'metadata.name', kind: 'update', replaces: true }]);
  expect(renamed.deleteBeforeReplace).toBe(false);
});

test('a newer version of the same API group is an update, another group is not', () => {
  const at = (apiVersion: string) => ({ ...deployment({}), apiVersion });
  const [update] = diffInputs(at('apps/v1beta2'), at('apps/v1'), IMMUTABLE_DATA).changes;
  expect(update?.replaces).toBe(false);
  const [replace] = diffInputs(at('extensions/v1beta1'), at('apps/v1'), IMMUTABLE_DATA).changes;
  expect(replace?.replaces).toBe(true);
});

test('a running Pod may change its image, nothing else of its spec', () => {
  const pod = (image: string, name: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'x', namespace: 'n' },
    spec: { nodeName: name, containers: [{ image }] },
  });
  const { changes } = diffInputs(pod('a:1', 'n1'), pod('a:2', 'n2'), IMMUTABLE_DATA);
  expect(Object.fromEntries(changes.map(({ path, replaces }) => [path, replaces]))).toEqual({
    'spec.nodeName': true,
    'spec.containers[0].image': false,
  });
});
