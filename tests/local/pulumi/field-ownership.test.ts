import {
  ownersOf,
  yieldIgnoredFields,
} from '../../../local/pulumi/kubernetes-provider/field-ownership';
import type { KubeObject } from '../../../local/pulumi/kubernetes-provider/kube-object';

const MINE = 'pulumi-kubernetes-00000000';

const live: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'web',
    managedFields: [
      {
        manager: 'autoscaler',
        operation: 'Update',
        subresource: 'scale',
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      },
      {
        manager: MINE,
        operation: 'Apply',
        fieldsV1: {
          'f:spec': {
            'f:paused': {},
            'f:containers': { 'k:{"name":"b"}': { '.': {}, 'f:image': {} } },
          },
        },
      },
    ],
  },
  spec: { replicas: 4, paused: false, containers: [{ name: 'a' }, { name: 'b', image: 'b:2' }] },
};

const wanted: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { replicas: 1, paused: true, containers: [{ name: 'a' }, { name: 'b', image: 'b:1' }] },
};

test('owners are found through the key fields of lists', () => {
  expect(ownersOf(live, ['spec', 'replicas'])).toEqual(['autoscaler']);
  expect(ownersOf(live, ['spec', 'containers', 1, 'image'])).toEqual([MINE]);
  expect(ownersOf(live, ['spec', 'containers', 0, 'image'])).toEqual([]);
});

test('an ignored field of another manager is left out', () => {
  const object = yieldIgnoredFields(wanted, live, ['spec.replicas'], MINE);
  expect(object.spec).toEqual({ ...(wanted.spec as object), replicas: undefined });
  expect(object.spec).not.toHaveProperty('replicas');
});

test('an ignored field of our own keeps its live value: leaving it out would remove it', () => {
  const object = yieldIgnoredFields(wanted, live, ['spec.containers[1].image'], MINE);
  expect(object.spec).toMatchObject({ containers: [{ name: 'a' }, { name: 'b', image: 'b:2' }] });
});
