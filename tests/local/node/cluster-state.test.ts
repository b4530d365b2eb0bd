import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readLocalConfig } from '../../../local/config';
import { LocalCluster } from '../../../local/node/local-cluster';
import { Toolchain } from '../../../local/toolchain/toolchain';
import { temporaryFolder } from '../support/temporary-folder';

let node: string;
let cluster: LocalCluster;

beforeEach(async () => {
  const folder = await temporaryFolder();
  const config = readLocalConfig({ XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder });
  node = join(config.stateDir, 'node');
  cluster = new LocalCluster(config, new Toolchain(config.cacheDir));
});

test('without files there is no cluster, and removing it is no fault', async () => {
  await expect(cluster.state()).resolves.toBe('absent');
  await expect(cluster.remove()).resolves.toBeUndefined();
});

test('files without the mark of a finished cluster are incomplete', async () => {
  await mkdir(join(node, 'root'), { recursive: true });
  await expect(cluster.state()).resolves.toBe('incomplete');
});

test('a finished cluster without a process is stopped', async () => {
  await mkdir(node, { recursive: true });
  await writeFile(join(node, 'made'), '');
  await expect(cluster.state()).resolves.toBe('stopped');
});

test('a further node without the first is incomplete too', async () => {
  await mkdir(`${node}-3`, { recursive: true });
  await expect(cluster.state()).resolves.toBe('incomplete');
});

test.each([
  ['', 1],
  ['1', 1],
  ['3', 3],
])('a cluster whose mark is "%s" has %d nodes', async (mark, nodes) => {
  await expect(cluster.size()).resolves.toBeUndefined();
  await mkdir(node, { recursive: true });
  await writeFile(join(node, 'made'), mark);
  await expect(cluster.size()).resolves.toBe(nodes);
});

test('another number of nodes than it was made with is refused before anything starts', async () => {
  await mkdir(node, { recursive: true });
  await writeFile(join(node, 'made'), '3');
  await expect(cluster.ensureRunning(1)).rejects.toThrow(
    'the local cluster has 3 nodes, but "--nodes 1" was given: remove it with "npm run down" first, or omit "--nodes"',
  );
  await expect(cluster.state()).resolves.toBe('stopped');
});
