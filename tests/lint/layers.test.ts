import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { WORKLOAD_NAMES } from '../../infra/images/workloads';

const ROOT = join(__dirname, '../..');

/** One file of a small project with the same layers: what it imports, and the rule that must refuse it. */
const REFUSED: readonly (readonly [file: string, source: string, rule: string])[] = [
  ['charts/a.ts', "export * from '../infra/it';", 'import-x/no-restricted-paths'],
  ['charts/b.ts', "export * from '../local/it';", 'import-x/no-restricted-paths'],
  ['charts/c.ts', "export * from '../workloads/worker/it';", 'import-x/no-restricted-paths'],
  ['charts/d.ts', "import 'node:fs';", 'no-restricted-imports'],
  ['charts/e.ts', "import 'node:process';", 'no-restricted-imports'],
  ['charts/f.ts', "import '@pulumi/kubernetes/core/v1';", 'no-restricted-imports'],
  ['charts/g.ts', 'export const home = process.env.HOME;', 'no-restricted-globals'],
  ['infra/a.ts', "export * from '../local/it';", 'import-x/no-restricted-paths'],
  ['infra/b.ts', "export * from '../workloads/worker/it';", 'import-x/no-restricted-paths'],
  ['local/a.ts', "export * from '../infra/it';", 'import-x/no-restricted-paths'],
  ['local/b.ts', "export * from '../charts/it';", 'import-x/no-restricted-paths'],
  ['local/c.ts', "export * from '../workloads/worker/it';", 'import-x/no-restricted-paths'],
  ['local/e.ts', "export * from '../cli/it';", 'import-x/no-restricted-paths'],
  ['charts/h.ts', "export * from '../cli/it';", 'import-x/no-restricted-paths'],
  ['infra/c.ts', "export * from '../cli/it';", 'import-x/no-restricted-paths'],
  ['cli/a.ts', "export * from '../infra/it';", 'import-x/no-restricted-paths'],
  ['cli/c.ts', "export * from '../charts/it';", 'import-x/no-restricted-paths'],
  ['cli/d.ts', "export * from '../charts/core/it';", 'import-x/no-restricted-paths'],
  ['cli/b.ts', "import '@pulumi/pulumi';", 'no-restricted-imports'],
  ['local/d.ts', "import '@pulumi/pulumi';", 'no-restricted-imports'],
  ['workloads/worker/a.ts', "export * from '../../infra/it';", 'import-x/no-restricted-paths'],
  ['workloads/worker/b.ts', "export * from '../../charts/it';", 'import-x/no-restricted-paths'],
  ['workloads/worker/c.ts', "export * from '../../local/it';", 'import-x/no-restricted-paths'],
  ...WORKLOAD_NAMES.map(
    (image) =>
      [
        `workloads/${image}/tag.ts`,
        "export * from '../../cli/it';",
        'import-x/no-restricted-paths',
      ] as const,
  ),
  ['workloads/frontend/a.tsx', "export * from '../process/it';", 'import-x/no-restricted-paths'],
  ['workloads/frontend/b.tsx', "export * from '../staging/it';", 'import-x/no-restricted-paths'],
  ['workloads/observer/a.ts', "export * from '../worker/it';", 'import-x/no-restricted-paths'],
  ['workloads/process/a.ts', "export * from '../worker/it';", 'import-x/no-restricted-paths'],
  ['workloads/staging/a.ts', "export * from '../process/it';", 'import-x/no-restricted-paths'],
  ['workloads/worker/e.ts', "import '@pulumi/pulumi';", 'no-restricted-imports'],
  ['workloads/protocol/a.ts', "export * from '../worker/it';", 'import-x/no-restricted-paths'],
  ['local/there.ts', "export * from './back';", 'import-x/no-cycle'],
];

const ALLOWED: readonly (readonly [file: string, source: string])[] = [
  ['charts/z.ts', "import 'node:crypto';\nexport * from '../workloads/protocol/it';"],
  ['infra/z.ts', "import '@pulumi/pulumi';\nexport * from '../charts/it';"],
  ['local/z.ts', "import 'node:fs';\nexport * from '../workloads/protocol/it';"],
  ['local/pulumi/z.ts', "import '@pulumi/pulumi/proto/status_pb';"],
  ['cli/z.ts', "export * from '../local/it';\nexport * from '../workloads/worker/it';"],
  [
    'cli/y.ts',
    "export * from '../charts/core/setting';\nexport * from '../charts/core/it-settings';",
  ],
  ['workloads/frontend/z.tsx', "export * from '../protocol/it';"],
  ['workloads/worker/z.ts', "export * from '../process/it';\nexport * from '../staging/it';"],
];

/** What the configuration reads of the folders of images. */
const IMAGE_FOLDERS = 'workloads/protocol/image-folders.json';

const TARGETS = ['charts', 'infra', 'local', 'cli', 'workloads/protocol']
  .concat('workloads/worker', 'workloads/process', 'workloads/staging')
  .map((folder) => `${folder}/it.ts`)
  .concat('charts/core/it.ts', 'charts/core/setting.ts', 'charts/core/it-settings.ts')
  .map((file) => [file, 'export const it = 1;'] as const);

let project: string;
let refusals: Map<string, string[]>;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'lab-layers-'));
  const files = [...REFUSED, ...ALLOWED, ...TARGETS, ['local/back.ts', "export * from './there';"]];
  for (const [file, source] of files as [string, string][]) {
    await mkdir(dirname(join(project, file)), { recursive: true });
    await writeFile(join(project, file), source);
  }
  for (const image of WORKLOAD_NAMES)
    await copyFile(
      join(ROOT, 'workloads', image, 'Dockerfile'),
      join(project, 'workloads', image, 'Dockerfile'),
    );
  await copyFile(join(ROOT, IMAGE_FOLDERS), join(project, IMAGE_FOLDERS));
  for (const shared of ['node_modules', 'tsconfig.json', 'package.json'])
    await symlink(join(ROOT, shared), join(project, shared));
  // a link would lead the configuration's own folder back to this project
  await copyFile(join(ROOT, 'eslint.config.mjs'), join(project, 'eslint.config.mjs'));
  refusals = await lint();
}, 60_000);

afterAll(() => rm(project, { recursive: true, force: true }));

test.each(REFUSED)('%s with %j is refused by %s', (file, _source, rule) => {
  expect(refusals.get(file)).toEqual([rule]);
});

test.each(ALLOWED)('%s with %j is allowed', (file) => {
  expect(refusals.get(file)).toEqual([]);
});

/** The rules that each file of the small project breaks. */
function lint(): Promise<Map<string, string[]>> {
  const program = join(ROOT, 'node_modules/eslint/bin/eslint.js');
  return new Promise((resolve, reject) => {
    const args = [program, '--format', 'json', '.'];
    execFile(process.execPath, args, { cwd: project }, (_error, stdout, stderr) => {
      // the exit code says that something was found, which is what is asked for here
      if (stdout === '') return reject(new Error(`eslint said nothing but: ${stderr}`));
      const results = JSON.parse(stdout) as { filePath: string; messages: { ruleId: string }[] }[];
      resolve(
        new Map(
          results.map(({ filePath, messages }) => [
            relative(project, filePath),
            messages.map(({ ruleId }) => ruleId),
          ]),
        ),
      );
    });
  });
}
