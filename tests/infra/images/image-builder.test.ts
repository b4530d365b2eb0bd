import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { findBuilder } from '../../../infra/images/image-builder';
import type { ImageLoader } from '../../../infra/images/image-loaders/image-loader';
import { type WorkloadImageArgs, provideImage } from '../../../infra/images/workload-image';
import { standIns } from '../support/stand-ins';
import { temporaryDirectory, writeFile } from '../support/temporary-directory';

const directory = temporaryDirectory();
const { install, calls } = standIns(directory);

test('takes the first builder that works', async () => {
  install('docker', 'echo "Cannot connect to the Docker daemon" >&2; exit 1');
  install('buildah');
  expect((await findBuilder('auto')).name).toBe('buildah');
});

test('fails where no builder works, and says what is wrong with each', async () => {
  install('docker', 'echo "Cannot connect to the Docker daemon" >&2; exit 1');
  await expect(findBuilder('auto')).rejects.toThrow(
    /^"imageBuilder": got "auto", but no image can be built here \(docker: Cannot connect to the Docker daemon; podman: not installed; buildah: not installed\); install one of docker, podman, buildah/,
  );
});

test('fails where the configured builder is not there, although another is', async () => {
  install('docker');
  await expect(findBuilder('podman')).rejects.toThrow(
    /^"imageBuilder": got "podman", but .*\(podman: not installed\)/,
  );
});

describe('a build', () => {
  const REFERENCE = 'localhost/autoscaling-lab/worker:0123';
  const reported: string[] = [];
  const loaded: string[] = [];

  const loader: ImageLoader = {
    has: () => Promise.resolve(false),
    load: (reference, { name }) => {
      loaded.push(`${reference} from ${name}`);
      return Promise.resolve();
    },
  };

  function workload(
    staging: string,
    overrides: Partial<WorkloadImageArgs> = {},
  ): WorkloadImageArgs {
    writeFile(directory.path, 'workloads/worker/build.ts', staging);
    return {
      projectRoot: directory.path,
      workload: 'worker',
      shares: [],
      repository: 'localhost/autoscaling-lab',
      baseImage: 'localhost/autoscaling-lab/node:20',
      platform: 'linux/amd64',
      hostPlatform: 'linux/amd64',
      loader,
      builders: ['buildah'],
      builder: 'auto',
      ...overrides,
    };
  }

  const build = (args: WorkloadImageArgs) =>
    provideImage(REFERENCE, args, loader, (message) => {
      reported.push(message);
      return Promise.resolve();
    });

  const leftovers = () =>
    fs
      .readdirSync(os.tmpdir())
      .filter((entry) => entry.startsWith(`autoscaling-lab-image-${process.pid}-`));

  beforeEach(() => {
    reported.length = 0;
    loaded.length = 0;
  });

  const STAGING = `
    import * as fs from 'node:fs';
    fs.writeFileSync(process.argv[2] + '/staged', process.argv.slice(3).join(' '));
  `;

  test('stages, builds without a registry, loads, and leaves nothing behind', async () => {
    install('buildah', 'for last; do :; done; [ "$1" = version ] || [ -f "$last/staged" ]');
    await build(workload(STAGING));
    const dockerfile = path.join(directory.path, 'workloads/worker/Dockerfile');
    expect(calls()).toEqual([
      'buildah version',
      expect.stringMatching(
        `^buildah build --isolation chroot --no-cache --force-rm --pull=never --build-arg BASE_IMAGE=localhost/autoscaling-lab/node:20 --file ${dockerfile} --tag ${REFERENCE} /.*`,
      ),
    ]);
    expect(loaded).toEqual([`${REFERENCE} from buildah`]);
    expect(reported[0]).toBe('staging worker');
    expect(reported.at(-1)).toMatch(/is there after \d+ s$/);
    expect(leftovers()).toEqual([]);
  });

  test('names the platform only where it is not that of this machine', async () => {
    install('buildah');
    await build(workload(STAGING, { platform: 'linux/arm64' }));
    expect(calls()[1]).toContain('--platform linux/arm64');
  });

  test('fails with the end of what the builder said, loads nothing and leaves nothing', async () => {
    install('buildah', '[ "$1" = version ] || { echo "no such base image" >&2; exit 125; }');
    await expect(build(workload(STAGING))).rejects.toThrow(
      /^"buildah build .*" ended with 125:\n {2}no such base image$/,
    );
    expect(loaded).toEqual([]);
    expect(leftovers()).toEqual([]);
  });

  test('fails where staging fails, before anything is built', async () => {
    install('buildah');
    await expect(build(workload("throw new Error('no fonts')"))).rejects.toThrow(/no fonts/);
    expect(calls()).toEqual(['buildah version']);
    expect(leftovers()).toEqual([]);
  });

  test('removes what a killed run left', async () => {
    install('buildah');
    const abandoned = path.join(os.tmpdir(), 'autoscaling-lab-image-4194999-x');
    fs.mkdirSync(abandoned, { recursive: true });
    await build(workload(STAGING));
    expect(fs.existsSync(abandoned)).toBe(false);
  });
});
