import * as path from 'node:path';
import { WorkloadImages } from '../../../infra/images/workload-images';
import { WORKLOAD_NAMES } from '../../../infra/images/workloads';
import { labCharts } from '../support/lab';
import { type Registration, recordResources } from '../support/recorded-resources';
import { ReleasedLab } from '../support/released-lab';
import flatStack from './fixtures/flat-stack-resources.json';

jest.setTimeout(240_000);

// the engine keeps what it finds under a resource's URN or one of its aliases, and deletes the rest
const STACK = 'urn:pulumi:test::autoscaling-lab::';

let registrations: readonly Registration[];

beforeAll(async () => {
  ({ registrations } = await ReleasedLab.of(labCharts()));
});

test('every resource of a stack without components keeps its object', () => {
  for (const resource of flatStack.lab) {
    const keepers = registrations.filter(({ aliases }) => aliases.includes(STACK + resource));
    expect({ resource, keepers: keepers.length }).toEqual({ resource, keepers: 1 });
    expect(resource).toContain(`${keepers[0].type}::`);
  }
});

test('so does every image', async () => {
  const recorded = recordResources();
  const build = {
    projectRoot: path.join(__dirname, '../../..'),
    shares: [],
    repository: 'registry.example.com/lab',
    baseImage: 'node:20.20.2',
    platform: 'linux/amd64',
    hostPlatform: 'linux/amd64',
    builders: [],
    builder: 'auto',
  } as const;
  const builds = new Map(
    WORKLOAD_NAMES.map((workload) => [workload, { ...build, workload }] as const),
  );
  const { images } = new WorkloadImages('lab-images', builds);
  for (const image of images.values()) {
    await new Promise((resolve) => image.urn.apply(resolve));
  }
  expect(recorded.map(({ parent }) => parent)).toEqual(
    ['', ...builds.keys()].fill('lab-images', 1),
  );
  for (const resource of flatStack.images) {
    const keepers = recorded.filter(({ aliases }) => aliases.includes(STACK + resource));
    expect({ resource, keepers: keepers.length }).toEqual({ resource, keepers: 1 });
  }
});

test('an object whose part another kind of object took over goes', () => {
  for (const resource of flatStack.replaced) {
    const keepers = registrations.filter(({ aliases }) => aliases.includes(STACK + resource));
    expect({ resource, keepers: keepers.length }).toEqual({ resource, keepers: 0 });
  }
});
