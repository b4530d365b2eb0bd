import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lab } from '../charts/support/lab';
import { ROOT, run } from '../support/run';
import { ScratchCopy } from './scratch-copy';

jest.setTimeout(120_000);

const PAGE = join(ROOT, 'docs/architecture.md');
const FENCE = /^```(\w+)\n([\s\S]*?)^```$/gm;

interface Fence {
  readonly info: string;
  readonly body: string;
}

/** The fenced blocks below a heading. */
async function fencesOf(heading: string): Promise<Fence[]> {
  const page = await readFile(PAGE, 'utf8');
  const [, section] = page.split(`\n## ${heading}\n`);
  return [...section!.split('\n## ')[0]!.matchAll(FENCE)].map(([, info, body]) => ({
    info: info!,
    body: body!,
  }));
}

/** The path in the first line of a block, and the rest. */
function fileOf({ body }: Fence): readonly [path: string, text: string] {
  const [first, ...rest] = body.split('\n');
  return [first!.replace(/^(\/\/|#) /, ''), rest.join('\n')];
}

/** What the copy makes of the lab, as its own tests see it. */
const PROBE = `
import { buildCharts } from './charts';
import { NATS_USERS } from './charts/platform/nats/nats-users';
import { parseStackConfig } from './infra/config/parse-stack-config';
import { checkRules } from './charts/policies/rules/check-rules';
import { WORKLOADS } from './infra/images/workloads';
import { labProps } from './tests/charts/support/lab';
const settings = { networkPolicies: true, resourceQuotas: true, workerLogLevel: 'debug' } as const;
const charts = buildCharts(labProps(settings));
checkRules(charts);
const objects = charts.flatMap((chart) => chart.objects.map(({ path, manifest }) => [path, manifest]));
let refusal = '';
try {
  parseStackConfig({ workerLogLevel: 'loud' });
} catch (error) {
  refusal = (error as Error).message;
}
console.log(JSON.stringify({
  refusal,
  objects: Object.fromEntries(objects),
  needs: Object.fromEntries(charts.map(({ name, dependsOn, group, secrets, images }) => [
    name,
    { dependsOn, group, secrets, images },
  ])),
  users: NATS_USERS.map(({ name }) => name),
  images: WORKLOADS,
}));
`;

interface Probed {
  readonly objects: Readonly<Record<string, { readonly spec: Readonly<Record<string, unknown>> }>>;
  readonly needs: Readonly<Record<string, object>>;
  readonly refusal: string;
  readonly users: readonly string[];
  readonly images: Readonly<Record<string, unknown>>;
}

let copy: ScratchCopy;
let probed: Probed;
/** Files that each walk touches. */
const touched: Record<string, object> = {};

// both walks in one copy: checking types takes most of the time
beforeAll(async () => {
  copy = await ScratchCopy.make();
  for (const heading of ['Add a setting', 'Add a service']) {
    copy.touched.clear();
    for (const fence of await fencesOf(heading))
      await copy[fence.info === 'diff' ? 'change' : 'add'](...fileOf(fence));
    touched[heading] = Object.fromEntries(copy.touched);
  }
  await copy.add('probe.ts', PROBE);
  const compilerOptions = {
    incremental: false,
    tsBuildInfoFile: null,
    // as in the whole project, where a package asks for it
    lib: ['ES2023', 'DOM'],
  };
  const include = ['probe.ts', 'infra/release/lab-props.ts', 'workloads/echo/*.ts'];
  await copy.add(
    'scratch.json',
    JSON.stringify({ extends: './tsconfig.json', compilerOptions, include }),
  );
  const inCopy = (...args: readonly string[]) => run(process.execPath, args, { cwd: copy.folder });
  const [probe, ...others] = await Promise.all([
    inCopy('--require', 'tsx/cjs', 'probe.ts'),
    inCopy('node_modules/typescript/bin/tsc', '--project', 'scratch.json'),
    inCopy('--require', 'tsx/cjs', 'docs/settings.ts'),
    inCopy('--require', 'tsx/cjs', 'workloads/echo/build.ts', 'staged'),
  ]);
  for (const each of others) expect(each).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(probe).toMatchObject({ code: 0, stderr: '' });
  probed = JSON.parse(probe.stdout) as Probed;
});

afterAll(() => copy.remove());

test('a setting is two changed files, and two that are written from them', async () => {
  expect(touched['Add a setting']).toEqual({
    'charts/services/worker/worker-settings.ts': 'changed',
    'charts/services/worker/worker.ts': 'changed',
  });
  const env = (container: unknown) =>
    (container as { env: { name: string; value: string }[] }).env.find(
      ({ name }) => name === 'LOG_LEVEL',
    );
  const { template } = probed.objects['Worker/Deployment']!.spec as {
    template: { spec: { containers: unknown[] } };
  };
  expect(template.spec.containers.map(env)).toEqual([{ name: 'LOG_LEVEL', value: 'debug' }]);
  expect(probed.refusal).toContain('"workerLogLevel": got "loud", allowed: info, debug, warn;');
  const read = (file: string) => readFile(join(copy.folder, file), 'utf8');
  expect(await read('Pulumi.yaml')).toContain(
    '  workerLogLevel:\n    type: string\n    default: info\n    description: Lowest level',
  );
  expect(await read('docs/settings.md')).toMatch(
    /^\| `workerLogLevel` .* info, debug, warn .* `info`/m,
  );
});

test('a service is four new files and one changed one, and everything else follows', async () => {
  expect(touched['Add a service']).toEqual({
    'charts/services.ts': 'changed',
    'charts/services/echo/echo-service.ts': 'new',
    'workloads/echo/Dockerfile': 'new',
    'workloads/echo/build.ts': 'new',
    'workloads/echo/main.ts': 'new',
  });
  const image = 'localhost/autoscaling-lab/echo:0123456789ab';
  const { objects, needs, users, images } = probed;
  expect(objects['Echo/Deployment']?.spec.template).toMatchObject({
    spec: { containers: [{ image }] },
  });
  expect(needs.Echo).toEqual({
    dependsOn: ['Namespaces', 'Nats'],
    group: 'services',
    secrets: [{ namespace: 'meme-generator', name: 'nats-echo' }],
    images: [image],
  });
  expect(objects['DisruptionBudgets/meme-generator-echo']).toBeDefined();
  expect(users).toContain('echo');
  expect(JSON.stringify(objects['Nats/Config'])).toContain('user: \\"echo\\"');
  expect(images.echo).toMatchObject({ base: 'node', shares: ['process', 'protocol', 'staging'] });
  expect(await readdir(join(copy.folder, 'staged'))).toEqual(['Dockerfile', 'echo.cjs']);

  const policy = objects['NetworkPolicies/meme-generator-echo']?.spec;
  const ports = (rules: unknown) =>
    (rules as { ports: { port: number }[] }[]).flatMap((rule) =>
      rule.ports.map(({ port }) => port),
    );
  expect(ports(policy?.egress)).toEqual([53, 53, 4222]);
  expect(ports(policy?.ingress)).toEqual([9090]);

  const before = Object.fromEntries(
    lab({ resourceQuotas: true }).flatMap((chart) =>
      chart.objects.map(({ path, manifest }) => [path, manifest]),
    ),
  );
  const pods = (from: Readonly<Record<string, unknown>>) => {
    const quota = from['Quotas/Quota-meme-generator'] as { spec: { hard: { pods: string } } };
    return Number(quota.spec.hard.pods);
  };
  // one replica, and as much again for a rolling update
  expect(pods(objects)).toBe(pods(before) + 2);
});
