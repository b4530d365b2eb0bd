import { driftedInputs, importedInputs } from '../../../local/pulumi/kubernetes-provider/drift';

test('only fields that the inputs name can drift', () => {
  const inputs = { spec: { replicas: 1, list: [{ a: 1 }] } };
  const before = { spec: { replicas: 1, list: [{ a: 1, b: 2 }], filled: 'in' } };
  const now = { spec: { replicas: 3, list: [{ a: 1, b: 5 }], filled: 'other' } };
  expect(driftedInputs(inputs, before, now)).toEqual({ spec: { replicas: 3, list: [{ a: 1 }] } });
});

test('a value that the server writes in another form is no drift', () => {
  const inputs = { cpu: '1000m' };
  expect(driftedInputs(inputs, { cpu: '1' }, { cpu: '1' })).toEqual(inputs);
  expect(driftedInputs(inputs, { cpu: '1' }, { cpu: '2' })).toEqual({ cpu: '2' });
});

test('a field or an item that is gone drops out; a longer list is taken as it is', () => {
  const inputs = { data: { a: '1', b: '2' }, list: ['x'] };
  const now = { data: { a: '1' }, list: ['x', 'y'] };
  expect(driftedInputs(inputs, inputs, now)).toEqual({ data: { a: '1' }, list: ['x', 'y'] });
});

test('an imported object leaves out what the server writes', () => {
  const live = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'x',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: 't',
      managedFields: [],
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    },
    data: { a: '1' },
    status: {},
  };
  expect(importedInputs(live)).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'x' },
    data: { a: '1' },
  });
});
