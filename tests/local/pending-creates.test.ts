import { type ResourceState, adoptPendingCreates } from '../../local/pending-creates';

const urn = (type: string, name: string) => `urn:pulumi:dev::lab::${type}::${name}`;

const resource = (type: string, name: string, more: Partial<ResourceState> = {}) => ({
  urn: urn(type, name),
  type,
  ...more,
});

const STACK = resource('pulumi:pulumi:Stack', 'lab-dev');
const PROVIDER = resource('pulumi:providers:kubernetes', 'cluster', { id: '1f' });
const OWN = { parent: STACK.urn, provider: `${PROVIDER.urn}::1f` };

const object = (kind: string, name: string, more: Partial<ResourceState> = {}) =>
  resource(`kubernetes:${kind}`, name, { inputs: { metadata: { name } }, ...OWN, ...more });

const deployment = object('apps/v1:Deployment', 'worker', {
  inputs: { metadata: { name: 'worker', namespace: 'meme-generator' } },
});

const creating = (...resources: ResourceState[]) =>
  resources.map((each) => ({ type: 'creating', resource: each }));

function cleared(resources: ResourceState[], pending: { type: string; resource: ResourceState }[]) {
  const { state, uncertain } = adoptPendingCreates({
    deployment: { resources, pending_operations: pending },
  });
  expect(state.deployment?.pending_operations).toEqual([]);
  return { resources: state.deployment?.resources ?? [], uncertain };
}

test('an object with a pending create is added under the id that it would have', () => {
  const namespace = object('core/v1:Namespace', 'meme-generator');

  const { resources, uncertain } = cleared([STACK, PROVIDER], creating(namespace, deployment));

  expect(resources).toEqual([
    STACK,
    PROVIDER,
    { ...namespace, id: 'meme-generator' },
    { ...deployment, id: 'meme-generator/worker' },
  ]);
  expect(uncertain).toEqual([namespace.urn, deployment.urn]);
});

test('a pending create of anything but a Kubernetes object is dropped', () => {
  const passwords = resource('pulumi-nodejs:dynamic:Resource', 'secrets', OWN);

  expect(cleared([STACK, PROVIDER], creating(passwords))).toEqual({
    resources: [STACK, PROVIDER],
    uncertain: [],
  });
});

test('a resource with a pending update or delete is kept and refreshed', () => {
  const known = { ...deployment, id: 'meme-generator/worker' };
  const pending = [
    { type: 'updating', resource: known },
    { type: 'deleting', resource: object('core/v1:Service', 'gone') },
  ];

  expect(cleared([STACK, PROVIDER, known], pending)).toEqual({
    resources: [STACK, PROVIDER, known],
    uncertain: [known.urn],
  });
});

test('a pending create that a later deployment finished changes nothing', () => {
  const known = { ...deployment, id: 'meme-generator/worker' };

  const { resources } = cleared([STACK, PROVIDER, known], creating(deployment));

  expect(resources).toEqual([STACK, PROVIDER, known]);
});

test('an object that was being replaced is marked for deletion', () => {
  const old = { ...deployment, id: 'meme-generator/worker-1' };

  const { resources } = cleared([STACK, PROVIDER, old], creating(deployment));

  expect(resources).toEqual([
    STACK,
    PROVIDER,
    { ...old, delete: true },
    { ...deployment, id: 'meme-generator/worker' },
  ]);
});

test('an object that was deleted for its replacement is dropped, and the new one is ordered before its dependents', () => {
  const id = 'meme-generator/worker';
  const old = { ...deployment, id, pendingReplacement: true };
  const secret = object('core/v1:Secret', 'password', { id: 'password' });
  const dependent = object('core/v1:Service', 'worker', { dependencies: [deployment.urn] });
  const next = { ...deployment, propertyDependencies: { spec: [secret.urn] } };

  const { resources } = cleared([STACK, PROVIDER, old, dependent, secret], creating(next));

  expect(resources).toEqual([STACK, PROVIDER, secret, { ...next, id }, dependent]);
});
