import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { ROOT, run } from '../support/run';

jest.setTimeout(300_000);

interface KubernetesObject {
  readonly kind: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

const EXAMPLES = join(ROOT, 'docs/examples');
const RECORDER = `
const { runtime } = require('@pulumi/pulumi');
const newResource = ({ type, name, inputs }) => {
  process.stdout.write(JSON.stringify({ type, name, inputs }) + '\\n');
  return { id: name + '-id', state: inputs };
};
runtime.setMocks({ call: () => ({}), newResource }, 'example', 'test', true);
`;

let project: string;

/** A project that has the lab's package installed as "npm run package" makes it, beside its dependencies. */
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'lab-examples-'));
  const modules = join(project, 'node_modules');
  const installed = join(modules, 'autoscaling-lab');
  await mkdir(installed, { recursive: true });
  for (const name of await readdir(join(ROOT, 'node_modules')))
    await symlink(join(ROOT, 'node_modules', name), join(modules, name));
  const packed = await run('npm', ['run', 'package', '--', '--pack-destination', project]);
  expect(packed).toMatchObject({ code: 0 });
  const tarball = join(project, 'autoscaling-lab-0.1.0.tgz');
  const unpacked = await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  expect(unpacked).toMatchObject({ code: 0 });
  await cp(EXAMPLES, project, { recursive: true });
  await writeFile(join(project, 'package.json'), '{"dependencies":{}}');
  await writeFile(join(project, 'package-lock.json'), '{"packages":{}}');
  await writeFile(join(project, 'recorder.cjs'), RECORDER);
});

afterAll(() => rm(project, { recursive: true, force: true }));

test('the examples are well typed, and use everything that the package exports', async () => {
  const files = (await readdir(EXAMPLES)).filter((file) => file.endsWith('.ts'));
  const checked = await run(
    process.execPath,
    [
      ...[tsc(), '--noEmit', '--strict', '--skipLibCheck', '--types', 'node'],
      ...['--target', 'ES2022', '--module', 'NodeNext', ...files],
    ],
    { cwd: project },
  );
  expect(checked).toMatchObject({ code: 0, stdout: '' });
  const { exports } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    exports: Record<string, string>;
  };
  const sources = await Promise.all(files.map((file) => readFile(join(EXAMPLES, file), 'utf8')));
  const used = sources.flatMap((source) =>
    [...source.matchAll(/'autoscaling-lab\/([\w-]+)'/g)].map(([, name]) => `./${name}`),
  );
  const offered = Object.keys(exports).filter((name) => name !== './package.json');
  expect(offered.filter((name) => !used.includes(name))).toEqual([]);
});

test('the package depends on what its modules import, and on nothing that only the lab uses', async () => {
  const installed = join(project, 'node_modules/autoscaling-lab/package.json');
  const { dependencies } = JSON.parse(await readFile(installed, 'utf8')) as {
    dependencies: Record<string, string>;
  };
  expect(Object.keys(dependencies)).toEqual([
    '@peculiar/x509',
    '@pulumi/kubernetes',
    '@pulumi/pulumi',
    'cdk8s',
    'cdk8s-plus-28',
    'constructs',
    'execa',
    'reflect-metadata',
    'tsx',
    'zod',
  ]);
});

test('scaled-object.ts renders a Deployment without replicas, and its scaler', async () => {
  const { code, stdout, stderr } = await example('scaled-object.ts');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const objects = parseAllDocuments(stdout).map((each) => each.toJS() as KubernetesObject);
  expect(objects.map(({ kind }) => kind)).toEqual(['Deployment', 'ScaledObject']);
  expect(objects[0]!.spec).not.toHaveProperty('replicas');
  expect(objects[1]!.spec).toMatchObject({
    scaleTargetRef: { kind: 'Deployment', name: 'order-worker' },
    maxReplicaCount: 20,
    pollingInterval: 2,
    cooldownPeriod: 60,
    triggers: [{ type: 'nats-jetstream', metadata: { stream: 'ORDERS', lagThreshold: '10' } }],
  });
});

test('vertical-pod-autoscaler.ts sizes the container that it names, and no other', async () => {
  const { code, stdout, stderr } = await example('vertical-pod-autoscaler.ts');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const objects = parseAllDocuments(stdout).map((each) => each.toJS() as KubernetesObject);
  const sizer = objects.find(({ kind }) => kind === 'VerticalPodAutoscaler');
  expect(sizer?.spec).toMatchObject({
    targetRef: { kind: 'StatefulSet', name: 'order-cache' },
    updatePolicy: { updateMode: 'InPlaceOrRecreate' },
    resourcePolicy: {
      containerPolicies: [
        { containerName: 'cache', maxAllowed: { cpu: '1', memory: '1024Mi' } },
        { containerName: '*', mode: 'Off' },
      ],
    },
  });
});

test('chart-release.ts makes one resource of each object, through the named context', async () => {
  const resources = await registered('chart-release.ts');
  expect(resources.map(({ type, name }) => [type, name])).toEqual([
    ['pulumi:providers:kubernetes', 'cluster'],
    ['autoscaling-lab:infra:ChartRelease', 'greeting'],
    ['kubernetes:core/v1:Namespace', 'greeting-Namespace'],
    ['kubernetes:core/v1:ConfigMap', 'greeting-Message'],
  ]);
  expect(resources[0]!.inputs).toMatchObject({ context: 'kind-demo' });
  expect(resources[3]!.inputs).toMatchObject({ data: { text: 'hello' } });
});

test('workload-image.ts names the image by its content, and its folder stages what goes in', async () => {
  const [image] = await registered('workload-image.ts');
  const reference = /^example\/greeter:[0-9a-f]{16}$/;
  expect(image).toMatchObject({
    type: 'autoscaling-lab:infra:WorkloadImage',
    inputs: { reference: expect.stringMatching(reference) },
  });
  const staged = await mkdtemp(join(project, 'staged-'));
  const built = await example('workloads/greeter/build.ts', staged, '--platform', 'linux/amd64');
  expect(built).toMatchObject({ code: 0, stderr: '' });
  expect(await readdir(staged)).toEqual(['greet.js']);
});

function tsc(): string {
  return join(ROOT, 'node_modules/typescript/bin/tsc');
}

function example(file: string, ...args: string[]) {
  return run('node', ['--require', 'tsx/cjs', join(project, file), ...args], { cwd: project });
}

/** What a Pulumi program would register, in the order of the names' registration. */
async function registered(file: string) {
  const args = ['--require', 'tsx/cjs', '--require', join(project, 'recorder.cjs')];
  const { code, stdout, stderr } = await run('node', [...args, join(project, file)], {
    cwd: project,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .trim()
    .split('\n')
    .map(
      (line) => JSON.parse(line) as { type: string; name: string; inputs: Record<string, unknown> },
    );
}
