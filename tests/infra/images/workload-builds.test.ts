import * as fs from 'node:fs';
import * as path from 'node:path';
import { releasedImages } from '../../../infra/images/images';
import { workloadBuilds } from '../../../infra/images/workload-builds';
import { WORKLOADS, WORKLOAD_NAMES } from '../../../infra/images/workloads';

const COMMON = {
  projectRoot: path.join(__dirname, '../../..'),
  repository: 'registry.example.com/lab',
  platform: 'linux/amd64',
  hostPlatform: 'linux/amd64',
  loader: undefined,
  builders: [],
  builder: 'auto',
} as const;

test('every program of the project gets an image of its own, on the base of its kind', () => {
  const { references, builds } = workloadBuilds(releasedImages('local', {}), {}, COMMON);
  expect([...builds.keys()]).toEqual(WORKLOAD_NAMES);
  for (const name of WORKLOAD_NAMES) {
    expect(references[name]).toMatch(new RegExp(`^${COMMON.repository}/${name}:[0-9a-f]{16}$`));
    expect(builds.get(name)?.baseImage).toMatch(/^localhost\/autoscaling-lab\//);
  }
});

test.each(WORKLOAD_NAMES)(
  'the image of %s changes with the folders that its sources use, and no others',
  (name) => {
    const root = path.join(COMMON.projectRoot, 'workloads');
    const files = fs
      .readdirSync(path.join(root, name), { recursive: true, encoding: 'utf8' })
      .map((file) => path.join(root, name, file))
      .filter((file) => /\.tsx?$/.test(file));
    const used = files.flatMap((file) =>
      [...fs.readFileSync(file, 'utf8').matchAll(/from '(\.\.?\/[^']*)'/g)]
        .map(([, target]) => path.relative(root, path.resolve(path.dirname(file), target)))
        .map((target) => target.split(path.sep)[0]),
    );
    expect([...new Set(used)].sort()).toEqual([name, ...WORKLOADS[name].shares].sort());
  },
);

test('an image that the stack names is not built', () => {
  const chosen = { worker: 'registry.example.com/mine:1' };
  const { references, builds } = workloadBuilds(releasedImages('push', {}), chosen, COMMON);
  expect(references.worker).toBe('registry.example.com/mine:1');
  expect(builds.has('worker')).toBe(false);
});
