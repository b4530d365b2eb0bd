import { readFile } from 'node:fs/promises';
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

let copy: ScratchCopy;

beforeEach(async () => {
  copy = await ScratchCopy.make();
});

afterEach(() => copy.remove());

function inCopy(...command: readonly string[]) {
  return run(process.execPath, command, { cwd: copy.folder });
}

const tsc = (...files: readonly string[]) =>
  inCopy('node_modules/typescript/bin/tsc', '--project', 'scratch.json', ...files);

/** What the copy makes of the lab, as the real one's tests see it. */
const PROBE = `
import { buildCharts } from './charts';
import { NATS_USERS } from './charts/platform/nats/nats-users';
import { checkRules } from './charts/policies/rules/check-rules';
import { WORKLOADS } from './infra/images/workloads';
import { labProps } from './tests/charts/support/lab';
const charts = buildCharts(labProps({ networkPolicies: true, resourceQuotas: true }));
checkRules(charts);
const objects = charts.flatMap((chart) => chart.objects.map(({ path, manifest }) => [path, manifest]));
console.log(JSON.stringify({
  objects: Object.fromEntries(objects),
  dependsOn: Object.fromEntries(charts.map(({ name, dependsOn }) => [name, dependsOn])),
  users: NATS_USERS.map(({ name }) => name),
  images: WORKLOADS,
}));
`;

interface Probed {
  readonly objects: Readonly<Record<string, { readonly spec: Readonly<Record<string, unknown>> }>>;
  readonly dependsOn: Readonly<Record<string, readonly string[]>>;
  readonly users: readonly string[];
  readonly images: Readonly<Record<string, unknown>>;
}

test('a service is four new files and one changed one, and everything else follows', async () => {
  for (const fence of await fencesOf('Add a service')) {
    if (fence.info === 'diff') await copy.change('charts/services.ts', fence.body);
    else await copy.add(...fileOf(fence));
  }
  expect(Object.fromEntries(copy.touched)).toEqual({
    'charts/services.ts': 'changed',
    'charts/services/echo/echo-service.ts': 'new',
    'workloads/echo/Dockerfile': 'new',
    'workloads/echo/build.ts': 'new',
    'workloads/echo/main.ts': 'new',
  });
  await copy.add('probe.ts', PROBE);
  await copy.add(
    'scratch.json',
    JSON.stringify({
      extends: './tsconfig.json',
      compilerOptions: { incremental: false, tsBuildInfoFile: null },
      include: ['probe.ts', 'workloads/echo/*.ts'],
    }),
  );
  const [checked, built, probed] = await Promise.all([
    tsc(),
    inCopy('--require', 'tsx/cjs', 'workloads/echo/build.ts', 'staged'),
    inCopy('--require', 'tsx/cjs', 'probe.ts'),
  ]);
  expect(checked).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(built).toMatchObject({ code: 0, stderr: '' });
  expect(probed).toMatchObject({ code: 0, stderr: '' });

  const { objects, dependsOn, users, images } = JSON.parse(probed.stdout) as Probed;
  expect(objects['Echo/Deployment']?.spec.template).toMatchObject({
    spec: { containers: [{ image: 'localhost/autoscaling-lab/echo:0123456789ab' }] },
  });
  expect(dependsOn.Echo).toEqual(['Namespaces', 'Nats']);
  expect(objects['DisruptionBudgets/meme-generator-echo']).toBeDefined();
  expect(users).toContain('echo');
  expect(JSON.stringify(objects['Nats/Config'])).toContain('user: \\"echo\\"');
  expect(images.echo).toMatchObject({ base: 'node', shares: ['process', 'protocol', 'staging'] });

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
  const pods = (from: Readonly<Record<string, object & { readonly spec?: unknown }>>) =>
    Number((from['Quotas/Quota-meme-generator']?.spec as { hard: { pods: string } }).hard.pods);
  // one replica, and as much again for a rolling update
  expect(pods(objects)).toBe(pods(before) + 2);
});

const SETTING_PROBE = `
import { buildCharts } from './charts';
import { parseStackConfig } from './infra/config/parse-stack-config';
import { labProps } from './tests/charts/support/lab';
const worker = buildCharts(labProps({ workerLogLevel: 'debug' }))
  .flatMap((chart) => chart.objects.map(({ manifest }) => manifest))
  .find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'worker');
let message = '';
try {
  parseStackConfig({ workerLogLevel: 'loud' });
} catch (error) {
  message = (error as Error).message;
}
console.log(JSON.stringify({ worker, message }));
`;

test('a setting is two changed files, and everything else follows', async () => {
  for (const fence of await fencesOf('Add a setting')) await copy.change(...fileOf(fence));
  expect(Object.fromEntries(copy.touched)).toEqual({
    'charts/services/worker/worker-settings.ts': 'changed',
    'charts/services/worker/worker.ts': 'changed',
  });
  await copy.add('probe.ts', SETTING_PROBE);
  await copy.add(
    'scratch.json',
    JSON.stringify({
      extends: './tsconfig.json',
      compilerOptions: {
        incremental: false,
        tsBuildInfoFile: null,
        // as in the whole project, where a package asks for it
        lib: ['ES2023', 'DOM'],
      },
      include: ['probe.ts', 'infra/release/lab-props.ts'],
    }),
  );
  const [checked, written, probed] = await Promise.all([
    tsc(),
    inCopy('--require', 'tsx/cjs', 'docs/settings.ts'),
    inCopy('--require', 'tsx/cjs', 'probe.ts'),
  ]);
  expect(checked).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(written).toMatchObject({ code: 0, stderr: '' });
  expect(probed).toMatchObject({ code: 0, stderr: '' });

  const { worker, message } = JSON.parse(probed.stdout) as { worker: object; message: string };
  expect(JSON.stringify(worker)).toContain('{"name":"LOG_LEVEL","value":"debug"}');
  expect(message).toContain('"workerLogLevel": got "loud", allowed: info, debug, warn;');
  const read = (file: string) => readFile(join(copy.folder, file), 'utf8');
  expect(await read('Pulumi.yaml')).toContain(
    '  workerLogLevel:\n    type: string\n    default: info\n    description: Lowest level',
  );
  expect(await read('docs/settings.md')).toMatch(
    /^\| `workerLogLevel` .* info, debug, warn .* `info`/m,
  );
});
