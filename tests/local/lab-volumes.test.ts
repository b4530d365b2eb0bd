import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { KubeConfig, type V1PersistentVolume } from '@kubernetes/client-node';
import { describeLeft, LabVolumes } from '../../local/lab-volumes';
import { lab } from '../charts/support/lab';

const KEPT = { 'autoscaling-lab/reclaim-policy-before': 'Delete' };

const volume = (policy: string, annotations = {}, claim = 'messaging/data-nats-0') => ({
  metadata: { name: 'pvc-1', annotations },
  spec: {
    capacity: { storage: '1Gi' },
    claimRef: { namespace: claim.split('/')[0], name: claim.split('/')[1] },
    persistentVolumeReclaimPolicy: policy,
  },
});

const WHAT = 'PersistentVolume "pvc-1" (1Gi, claim messaging/data-nats-0)';

/** What others keep in namespaces of the same names. */
const FOREIGN = [
  'monitoring/prometheus-stack-db-prometheus-stack-0',
  'messaging/data-nats-archive-0',
  'cache/data-other-redis-0',
  'other/data-nats-0',
];

let server: Server;
let volumes: V1PersistentVolume[];
let patched: string[];

beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.method === 'GET') return response.end(JSON.stringify({ items: volumes }));
    patched.push(request.url!.split('/').at(-1)!);
    return response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

beforeEach(() => {
  patched = [];
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('every volume that the charts claim is kept and released, and no other', async () => {
  const claims = renderedClaims();
  expect(claims).toEqual([
    'messaging/data-nats-0',
    'messaging/data-nats-1',
    'messaging/data-nats-2',
    'cache/data-redis-0',
  ]);

  volumes = [...claims, ...FOREIGN].map((claim) => named(claim, volume('Delete', {}, claim)));
  await labVolumes().keep();
  expect(patched).toEqual(claims.map(nameOf));

  patched = [];
  volumes = [...claims, ...FOREIGN].map((claim) => named(claim, volume('Retain', KEPT, claim)));
  await labVolumes().release();
  expect(patched).toEqual(claims.map(nameOf));
});

test("no other application's volume is listed, waited for or made available", async () => {
  volumes = FOREIGN.map((claim) => named(claim, volume('Delete', KEPT, claim)));
  await expect(labVolumes().describeRemaining()).resolves.toEqual([]);

  volumes = volumes.map((other) => ({ ...other, status: { phase: 'Released' } }));
  await expect(labVolumes().makeAvailable()).resolves.toEqual([]);
  expect(patched).toEqual([]);
});

test('each remaining volume is described with its PVC and how to remove it', () => {
  expect(describeLeft(volume('Retain', KEPT))).toBe(
    `kept: ${WHAT}; the next "up" reuses it, "npm run down" without "--keep-volumes" removes it`,
  );
  expect(describeLeft(volume('Retain'))).toBe(
    `left: ${WHAT}, since its StorageClass retains volumes; to remove it: kubectl delete persistentvolume pvc-1, then its data in the storage`,
  );
  expect(describeLeft(volume('Delete'))).toBe(
    `left: ${WHAT}; its provisioner has not removed it yet: kubectl describe persistentvolume pvc-1`,
  );
});

function labVolumes(): LabVolumes {
  const kubeconfig = new KubeConfig();
  const { port } = server.address() as AddressInfo;
  kubeconfig.loadFromClusterAndUser(
    { name: 'lab', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: 'me' },
  );
  return new LabVolumes(kubeconfig);
}

/** The claims that the lab's StatefulSets make, such as `messaging/data-nats-0`. */
function renderedClaims(): string[] {
  return lab({ natsReplicas: 3, redisStorage: '1Gi' })
    .flatMap(({ objects }) => objects)
    .flatMap(({ manifest: { metadata, spec } }) => {
      const { replicas = 1, volumeClaimTemplates = [] } = (spec ?? {}) as {
        replicas?: number;
        volumeClaimTemplates?: { metadata: { name: string } }[];
      };
      return volumeClaimTemplates.flatMap((template) =>
        Array.from(
          { length: replicas },
          (_, ordinal) =>
            `${metadata.namespace}/${template.metadata.name}-${metadata.name}-${ordinal}`,
        ),
      );
    });
}

function named(claim: string, { metadata, spec }: V1PersistentVolume): V1PersistentVolume {
  return { metadata: { ...metadata, name: nameOf(claim) }, spec };
}

function nameOf(claim: string): string {
  return `pv-${claim.replace('/', '-')}`;
}
