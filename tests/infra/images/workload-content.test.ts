import * as fs from 'node:fs';
import * as path from 'node:path';
import { type PackageLock, lockedPackages } from '../../../infra/images/locked-packages';
import { contentTag } from '../../../infra/images/workload-content';
import { WORKLOADS } from '../../../infra/images/workloads';
import { temporaryDirectory, writeFile } from '../support/temporary-directory';

const directory = temporaryDirectory();

const LOCK = {
  packages: {
    '': {},
    'node_modules/nats': { version: '2.0.0', integrity: 'a', dependencies: { nkeys: '1' } },
    'node_modules/nkeys': { version: '1.0.0', integrity: 'b' },
    'node_modules/nats/node_modules/nkeys': { version: '1.1.0', integrity: 'c' },
    'node_modules/sharp': { version: '3.0.0', optionalDependencies: { 'sharp-other-os': '3' } },
    'node_modules/jest': { version: '30.0.0' },
  },
};

function project(lock: object = LOCK): string {
  const root = directory.path;
  writeFile(root, 'workloads/worker/main.ts', "import { connect } from 'nats';\n");
  writeFile(root, 'workloads/worker/Dockerfile', 'ARG BASE_IMAGE\n');
  writeFile(root, 'workloads/protocol/names.ts', 'export const A = 1;\n');
  writeFile(root, 'package.json', JSON.stringify({ dependencies: { nats: '2', sharp: '3' } }));
  writeFile(root, 'package-lock.json', JSON.stringify(lock));
  return root;
}

const tag = (overrides: { baseImage?: string; platform?: string } = {}) =>
  contentTag({
    projectRoot: directory.path,
    folders: ['workloads/worker', 'workloads/protocol'],
    baseImage: 'node:20',
    platform: 'linux/amd64',
    ...overrides,
  });

test('the same content has the same tag, wherever and whenever it is', () => {
  const root = project();
  const before = tag();
  const later = new Date(Date.now() + 60_000);
  fs.utimesSync(path.join(root, 'workloads/worker/main.ts'), later, later);
  writeFile(root, 'workloads/other/main.ts', 'export {};');
  expect(before).toMatch(/^[0-9a-f]{16}$/);
  expect(tag()).toBe(before);
});

test.each<[string, () => void]>([
  ['a source', () => writeFile(directory.path, 'workloads/worker/main.ts', "import 'nats';\n//")],
  ['the protocol', () => writeFile(directory.path, 'workloads/protocol/names.ts', 'export {};')],
  ['the Dockerfile', () => writeFile(directory.path, 'workloads/worker/Dockerfile', 'FROM a\n')],
  ['a file more', () => writeFile(directory.path, 'workloads/worker/fonts/a.ttf', '')],
  [
    'a file name',
    () =>
      fs.renameSync(
        path.join(directory.path, 'workloads/worker/Dockerfile'),
        path.join(directory.path, 'workloads/worker/Dockerfile2'),
      ),
  ],
])('changes with %s', (_what, change) => {
  project();
  const before = tag();
  change();
  expect(tag()).not.toBe(before);
});

test('changes with the base image and the platform', () => {
  project();
  const tags = [tag(), tag({ baseImage: 'node:22' }), tag({ platform: 'linux/arm64' })];
  expect(new Set(tags).size).toBe(3);
});

test('changes with a package that a used one needs, not with one that nobody uses', () => {
  const bump = (place: string) => ({
    packages: { ...LOCK.packages, [place]: { version: '9.9.9' } },
  });
  project();
  const before = tag();
  project(bump('node_modules/nats/node_modules/nkeys'));
  expect(tag()).not.toBe(before);
  project(bump('node_modules/jest'));
  expect(tag()).toBe(before);
  project(bump('node_modules/sharp'));
  expect(tag()).toBe(before);
});

test('a package counts as used where a string names a path inside it', () => {
  const root = project();
  const before = tag();
  const source = "import 'nats';\nrequire.resolve('sharp/font.ttf');\n";
  writeFile(root, 'workloads/worker/main.ts', source);
  const first = tag();
  project({ packages: { ...LOCK.packages, 'node_modules/sharp': { version: '3.0.1' } } });
  writeFile(root, 'workloads/worker/main.ts', source);
  expect(new Set([before, first, tag()]).size).toBe(3);
});

test('finds a dependency where Node would, and leaves out what is for other systems', () => {
  expect(lockedPackages(LOCK, ['sharp', 'nats'])).toEqual([
    'node_modules/nats/node_modules/nkeys@1.1.0 c',
    'node_modules/nats@2.0.0 a',
    'node_modules/sharp@3.0.0 ',
  ]);
});

test('follows peers, and optional ones where they are installed', () => {
  const packages = {
    'node_modules/ui': {
      version: '1.0.0',
      peerDependencies: { view: '>=1', style: '>=1', types: '*' },
      peerDependenciesMeta: { style: { optional: true }, types: { optional: true } },
    },
    'node_modules/view': { version: '2.0.0' },
    'node_modules/style': { version: '3.0.0', peerDependencies: { view: '>=1' } },
  };
  expect(lockedPackages({ packages }, ['ui'])).toEqual([
    'node_modules/style@3.0.0 ',
    'node_modules/ui@1.0.0 ',
    'node_modules/view@2.0.0 ',
  ]);
  const { 'node_modules/ui': ui } = packages;
  const alone = { packages: { 'node_modules/ui': ui } };
  expect(() => lockedPackages(alone, ['ui'])).toThrow('package "view" is not in');
});

describe('the page', () => {
  const root = path.join(__dirname, '../../..');
  const lock = JSON.parse(
    fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'),
  ) as PackageLock;

  const tagWith = (packages: PackageLock['packages']) => {
    const project = fs.mkdtempSync(path.join(directory.path, 'project-'));
    for (const same of ['workloads', 'package.json']) {
      fs.symlinkSync(path.join(root, same), path.join(project, same));
    }
    writeFile(project, 'package-lock.json', JSON.stringify({ packages }));
    const folders = ['frontend', ...WORKLOADS.frontend.shares].map((name) => `workloads/${name}`);
    return contentTag({
      projectRoot: project,
      folders,
      baseImage: 'nginx:1',
      platform: 'linux/amd64',
    });
  };

  test.each(['@emotion/react', '@emotion/styled'])(
    'is made with %s, which none of its sources names',
    (name) => {
      const place = `node_modules/${name}`;
      const { version } = lock.packages[place];
      expect(lockedPackages(lock, ['@mui/material'])).toContainEqual(
        expect.stringContaining(`${place}@${version} `),
      );
      const bumped = { ...lock.packages, [place]: { ...lock.packages[place], version: '99.0.0' } };
      expect(tagWith(bumped)).not.toBe(tagWith(lock.packages));
    },
  );
});

test('fails on a package that is not locked, and on a folder without files', () => {
  expect(() => lockedPackages(LOCK, ['zod'])).toThrow(
    'package "zod" is not in package-lock.json; run npm install',
  );
  const root = project();
  fs.rmSync(path.join(root, 'workloads/protocol/names.ts'));
  expect(() => tag()).toThrow('workload folder "workloads/protocol" holds no file');
});

test('the worker of this project has a tag, and its packages are locked', () => {
  const root = path.join(__dirname, '../../..');
  const content = {
    projectRoot: root,
    folders: ['workloads/worker', 'workloads/protocol'],
    baseImage: 'node:20',
    platform: 'linux/amd64',
  };
  expect(contentTag(content)).toBe(contentTag(content));
});
