import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../support/run';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

interface Package {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
}

let workflow: Workflow;
let steps: Step[];
let project: Package;

beforeAll(async () => {
  const read = (path: string) => readFile(join(ROOT, path), 'utf8');
  workflow = parse(await read('.github/workflows/ci.yml')) as Workflow;
  steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
  project = JSON.parse(await read('package.json')) as Package;
});

const inputsOf = (action: string) =>
  steps.filter(({ uses }) => uses?.startsWith(`${action}@`)).map((step) => step.with);

test('every action is pinned by a version tag', () => {
  const actions = steps.map(({ uses }) => uses).filter((uses) => uses !== undefined);
  expect(actions.length).toBeGreaterThan(5);
  expect(actions.filter((uses) => !/^[\w-]+\/[\w-]+@v\d+(\.\d+)*$/.test(uses))).toEqual([]);
});

test('every script that it runs exists', () => {
  const named = steps.flatMap(({ run }) => [...(run ?? '').matchAll(/npm run ([\w:-]+)/g)]);
  expect(named.length).toBeGreaterThan(0);
  expect(named.map(([, script]) => script!).filter((script) => !project.scripts[script])).toEqual(
    [],
  );
});

test('the versions are those of the project', () => {
  const [nodes, clis] = [inputsOf('actions/setup-node'), inputsOf('pulumi/actions')];
  expect(Math.min(nodes.length, clis.length)).toBeGreaterThan(0);
  for (const inputs of nodes) expect(`>=${inputs?.['node-version']}`).toBe(project.engines.node);
  expect(clis.map((inputs) => inputs?.['pulumi-version'])).toEqual(
    clis.map(() => project.dependencies.pulumi),
  );
});

test('it may write nothing but the comment of a preview', () => {
  expect(workflow.permissions).toEqual({ contents: 'read' });
  const writing = Object.entries(workflow.jobs).filter(([, job]) =>
    JSON.stringify(job).includes('"write"'),
  );
  expect(writing.map(([name]) => name)).toEqual(['preview']);
});
