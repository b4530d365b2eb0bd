import * as path from 'node:path';
import { releasedImages } from '../../infra/images';
import { workloadBuilds } from '../../infra/workload-builds';
import { WORKLOAD_NAMES } from '../../infra/workloads';

const COMMON = {
  projectRoot: path.join(__dirname, '../..'),
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

test('an image that the stack names is not built', () => {
  const chosen = { worker: 'registry.example.com/mine:1' };
  const { references, builds } = workloadBuilds(releasedImages('push', {}), chosen, COMMON);
  expect(references.worker).toBe('registry.example.com/mine:1');
  expect(builds.has('worker')).toBe(false);
});
