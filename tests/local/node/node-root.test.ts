import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { NODE_PLACES, podRoutes, type NodePlace } from '../../../local/node/node-place';
import { copyNodeRoot, fillIn, nodeLoss } from '../../../local/node/node-root';
import { temporaryFolder } from '../support/temporary-folder';

const SNAPSHOT = 'var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/1/fs/layer';
const BLOB = 'var/lib/containerd/io.containerd.content.v1.content/blobs/sha256/abc';
const DATABASE = 'var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db';
const INIT = 'usr/local/sbin/node-init';

const [, second] = NODE_PLACES as readonly [NodePlace, NodePlace];

let from: string;
let to: string;

beforeEach(async () => {
  const folder = await temporaryFolder();
  from = join(folder, 'first');
  to = join(folder, 'second');
  const files = {
    'usr/bin/kubelet': 'program',
    [INIT]: 'of the first node',
    [SNAPSHOT]: 'layer',
    [BLOB]: 'blob',
    [DATABASE]: 'written to',
    'etc/hosts': '127.0.0.1 localhost',
    'etc/lab/services/publish-api-outer/run': 'only on the first node',
    'var/log/lab/containerd.log': 'what the first node said',
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(from, dirname(path)), { recursive: true });
    await writeFile(join(from, path), text);
  }
});

const inode = async (root: string, path: string) => (await stat(join(root, path))).ino;

test('a copy shares what is never written to, and nothing else', async () => {
  await copyNodeRoot(from, to, second);

  for (const path of ['usr/bin/kubelet', SNAPSHOT, BLOB])
    expect(await inode(to, path)).toBe(await inode(from, path));
  for (const path of [DATABASE, 'etc/hosts']) {
    expect(await readFile(join(to, path), 'utf8')).toBe(await readFile(join(from, path), 'utf8'));
    expect(await inode(to, path)).not.toBe(await inode(from, path));
  }
});

test("a copy has its own configuration and logs, and the first node's stay as they are", async () => {
  await copyNodeRoot(from, to, second);

  expect(await readdir(join(to, 'etc/lab/services'))).toEqual([
    'containerd',
    'kube-proxy',
    'kubelet',
  ]);
  await expect(stat(join(to, 'var/log/lab/containerd.log'))).rejects.toThrow('ENOENT');
  expect(await readFile(join(from, INIT), 'utf8')).toBe('of the first node');
  expect(await readFile(join(to, 'etc/lab/node.env'), 'utf8')).toContain(
    "NODE_NAME=node-2\nNODE_ADDRESS=10.90.0.2\nPOD_ROUTES='10.244.0.0/24 10.90.0.1\n10.244.2.0/24 10.90.0.3\n",
  );
  const network = JSON.parse(
    await readFile(join(to, 'etc/cni/net.d/10-bridge.conflist'), 'utf8'),
  ) as { plugins: { ipam?: { ranges: unknown } }[] };
  expect(network.plugins[0]?.ipam?.ranges).toEqual([[{ subnet: '10.244.1.0/24' }]]);
});

test('the join configuration takes the token and the hash when there are any', async () => {
  await copyNodeRoot(from, to, second);
  const file = join(to, 'etc/lab/join.yaml');

  await expect(fillIn(file, { ...second })).rejects.toThrow('no value for "${token}"');
  await fillIn(file, { ...second, token: 'abcdef.0123456789abcdef', caCertHash: 'sha256:00' });

  expect(parse(await readFile(file, 'utf8'))).toMatchObject({
    discovery: {
      bootstrapToken: { token: 'abcdef.0123456789abcdef', caCertHashes: ['sha256:00'] },
    },
    nodeRegistration: {
      name: 'node-2',
      kubeletExtraArgs: [{ name: 'node-ip', value: '10.90.0.2' }],
    },
  });
});

test('every place has an address, a range of pods and cgroups of its own, and a way to all others', () => {
  for (const key of ['name', 'address', 'pods', 'cgroup'] as const)
    expect(new Set(NODE_PLACES.map((place) => place[key])).size).toBe(NODE_PLACES.length);
  for (const place of NODE_PLACES)
    expect(podRoutes(place).split('\n').sort()).toEqual(
      NODE_PLACES.filter((other) => other !== place)
        .map(({ pods, address }) => `${pods} ${address}`)
        .sort(),
    );
});

test('one node keeps the times of Kubernetes; several notice a loss within half a minute', () => {
  expect(nodeLoss(1)).toEqual({
    leaseSeconds: 40,
    monitorGracePeriod: '50s',
    tolerationSeconds: 300,
  });
  const several = nodeLoss(2);
  expect(Number.parseInt(several.monitorGracePeriod)).toBeLessThanOrEqual(30);
  // the kubelet renews its lease four times in its duration, and one renewal may be late
  expect(several.leaseSeconds / 2).toBeLessThan(Number.parseInt(several.monitorGracePeriod));
});
