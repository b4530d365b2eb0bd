import { describeLeft } from '../../local/lab-volumes';

const volume = (policy: string, annotations = {}) => ({
  metadata: { name: 'pvc-1', annotations },
  spec: {
    capacity: { storage: '1Gi' },
    claimRef: { namespace: 'messaging', name: 'data-nats-0' },
    persistentVolumeReclaimPolicy: policy,
  },
});

const WHAT = 'PersistentVolume "pvc-1" (1Gi, claim messaging/data-nats-0)';

test('each volume that is left is named, with its claim and how it is removed', () => {
  expect(
    describeLeft(volume('Retain', { 'autoscaling-lab/reclaim-policy-before': 'Delete' })),
  ).toBe(
    `kept: ${WHAT}; the next "up" uses it again, "npm run down" without "--keep-volumes" removes it`,
  );
  expect(describeLeft(volume('Retain'))).toBe(
    `left: ${WHAT}, since its StorageClass retains volumes; to remove it: kubectl delete persistentvolume pvc-1, then its data in the storage`,
  );
  expect(describeLeft(volume('Delete'))).toBe(
    `left: ${WHAT}; its provisioner has not removed it yet: kubectl describe persistentvolume pvc-1`,
  );
});
