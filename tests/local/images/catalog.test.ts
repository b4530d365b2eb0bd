import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { releasedImages, UNSERVED_REPOSITORY } from '../../../infra/images/images';
import { OPERATOR_VERSIONS } from '../../../infra/release/versions';
import { BASE_IMAGE, BASE_IMAGES, LAB_IMAGES, NODE_IMAGES } from '../../../local/images/catalog';
import { imageReference, REPOSITORY } from '../../../local/images/image';
import { TOOL_SETS, VERSIONS, type ToolSetName } from '../../../local/toolchain/sets';

const PROJECT = join(__dirname, '../../..');
const SETS = Object.keys(TOOL_SETS) as ToolSetName[];
const ALL = [...NODE_IMAGES, ...LAB_IMAGES, ...BASE_IMAGES];

const read = (path: string) => readFile(join(PROJECT, path), 'utf8');
const goMod = (set: ToolSetName) => read(`local/toolchain/${set}/go.mod`);

test('what the program runs on the local cluster is exactly what this machine makes for it', () => {
  const made = [...LAB_IMAGES, ...BASE_IMAGES].map(imageReference);
  expect(Object.values(releasedImages('local', {})).sort()).toEqual(made.sort());
  expect(UNSERVED_REPOSITORY).toBe(REPOSITORY);
});

test('local and published images are of the same releases', () => {
  const images = releasedImages('push', {});
  const { keda, 'metrics-server': metricsServer, nats } = images;
  expect(keda).toMatch(new RegExp(`:${VERSIONS.keda}$`));
  expect(metricsServer).toMatch(new RegExp(`:v${VERSIONS.metricsServer}$`));
  expect(nats).toMatch(new RegExp(`:${VERSIONS.nats}-alpine$`));
  expect(images.prometheus).toMatch(new RegExp(`:v${VERSIONS.prometheus}$`));
  expect(images['kube-state-metrics']).toMatch(new RegExp(`:v${VERSIONS.kubeStateMetrics}$`));
  for (const component of ['recommender', 'updater', 'admission-controller'] as const) {
    expect(images[`vpa-${component}`]).toMatch(new RegExp(`:${VERSIONS.vpa}$`));
  }
  expect(OPERATOR_VERSIONS).toEqual({
    keda: VERSIONS.keda,
    vpa: VERSIONS.vpa,
    metricsServer: VERSIONS.metricsServer,
  });
});

test.each([
  ['kubernetes', 'k8s.io/kubernetes', VERSIONS.kubernetes],
  ['kubernetes', 'github.com/coredns/coredns', VERSIONS.coredns],
  ['kubernetes', 'github.com/kedacore/keda/v2', `v${VERSIONS.keda}`],
  ['kubernetes', 'k8s.io/autoscaler/vertical-pod-autoscaler', `v${VERSIONS.vpa}`],
  ['kubernetes', 'github.com/rancher/local-path-provisioner', `v${VERSIONS.localPathProvisioner}`],
  // kubeadm's name for an etcd image ends in the build of the image
  ['etcd', 'go.etcd.io/etcd/server/v3', `v${VERSIONS.etcd.replace(/-\d+$/, '')}`],
  ['metrics-server', 'sigs.k8s.io/metrics-server', `v${VERSIONS.metricsServer}`],
  ['kubernetes', 'k8s.io/kube-state-metrics/v2', `v${VERSIONS.kubeStateMetrics}`],
  // Prometheus 3.13.5 is the module v0.313.5
  ['prometheus', 'github.com/prometheus/prometheus', moduleVersion(VERSIONS.prometheus)],
  ['nats', 'github.com/nats-io/nats-server/v2', `v${VERSIONS.nats}`],
  ['pulumi', 'github.com/pulumi/pulumi/pkg/v3', `v${VERSIONS.pulumi}`],
  ['pulumi', 'github.com/pulumi/pulumi/sdk/v3', `v${VERSIONS.pulumi}`],
] as const)('%s/go.mod requires %s %s', async (set, module, version) => {
  const lines = (await goMod(set)).split('\n').map((line) => line.trim().split(' '));
  expect(lines.find(([name, required]) => name === module && required)?.[1]).toBe(version);
});

test.each(SETS)('the programs of %s are the tools of its go.mod', async (set) => {
  const text = await goMod(set);
  const block = /^tool \(\n([^)]*)\)/m.exec(text)?.[1] ?? /^tool (\S+)$/m.exec(text)?.[1] ?? '';
  // Go names a program after the last part of its package that is not a major version
  const tools = block
    .split('\n')
    .map((line) => basename(line.trim().replace(/\/v\d+$/, '')))
    .filter(Boolean);
  expect([...TOOL_SETS[set].programs].sort()).toEqual(tools.sort());
});

function moduleVersion(release: string): string {
  const [major = '', minor = '', patch = ''] = release.split('.');
  return `v0.${major}${minor.padStart(2, '0')}.${patch}`;
}

test('every image holds a program that its set builds', () => {
  for (const { program } of ALL)
    if (program) expect(TOOL_SETS[program.set].programs).toContain(program.name);
});

test('an image starts what it holds', () => {
  for (const { program, file, entrypoint } of ALL) {
    const path = program?.path ?? file?.path;
    if (path) expect(entrypoint).toEqual([path]);
  }
});

test("the runner and the built engine are of one release, and containerd's sandbox is made here", async () => {
  const { dependencies } = JSON.parse(await read('package.json')) as {
    dependencies: Record<string, string>;
  };
  expect(dependencies.pulumi).toBe(VERSIONS.pulumi);
  expect(await read('local/node/overlay/etc/containerd/config.toml')).toContain(
    `sandbox_image = "${imageReference(BASE_IMAGE)}"`,
  );
});
