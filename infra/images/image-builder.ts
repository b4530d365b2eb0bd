import { faultOf, runCommand } from './command';
import { IMAGE_BUILDERS, type ImageBuilderName } from '../config/deployment-settings';
import { UserError } from '../user-error';

/** What one build needs. */
export interface BuildRequest {
  readonly reference: string;
  readonly dockerfile: string;
  /** Folder with everything that the Dockerfile copies. */
  readonly context: string;
  readonly baseImage: string;
  /** Absent where the image is for this machine's own platform. */
  readonly foreignPlatform?: string;
}

/** A program on this machine that builds images into a store of its own. */
export interface ImageBuilder {
  readonly name: ImageBuilderName;
  build(request: BuildRequest): Promise<void>;
  /** Writes an image of the store to a file that containerd can import. */
  save(reference: string, archive: string): Promise<void>;
  push(reference: string): Promise<void>;
}

/**
 * @param preferred - a name from the configuration, or `auto` for the first that works
 * @param order - builders in the order in which `auto` tries them
 * @throws UserError that says what was found wrong with each
 */
export async function findBuilder(
  preferred: 'auto' | ImageBuilderName,
  order: readonly ImageBuilderName[] = IMAGE_BUILDERS,
): Promise<ImageBuilder> {
  const candidates = preferred === 'auto' ? order : [preferred];
  const faults: string[] = [];
  for (const name of candidates) {
    // docker's client answers without a daemon, which cannot build: "version" asks the daemon too
    const fault = await faultOf(name, ['version']);
    if (fault === undefined) return BUILDERS[name];
    faults.push(`${name}: ${fault}`);
  }
  throw new UserError(
    `"imageBuilder": got "${preferred}", but no image can be built here (${faults.join('; ')}); ` +
      `install one of ${IMAGE_BUILDERS.join(', ')} (on Debian: apt-get install buildah) or start its daemon`,
  );
}

const BUILDERS: Readonly<Record<ImageBuilderName, ImageBuilder>> = {
  docker: {
    name: 'docker',
    build: async (request) => {
      await runCommand('docker', ['build', ...buildArguments(request)]);
    },
    save: async (reference, archive) => {
      await runCommand('docker', ['save', '--output', archive, reference]);
    },
    push: async (reference) => {
      await runCommand('docker', ['push', reference]);
    },
  },
  podman: {
    name: 'podman',
    build: async (request) => {
      await runCommand('podman', ['build', pullPolicy(request), ...buildArguments(request)]);
    },
    save: async (reference, archive) => {
      await runCommand('podman', [
        'save',
        '--format',
        'oci-archive',
        '--output',
        archive,
        reference,
      ]);
    },
    push: async (reference) => {
      await runCommand('podman', ['push', reference]);
    },
  },
  buildah: {
    name: 'buildah',
    build: async (request) => {
      // chroot needs neither a runtime nor namespaces, which a container often may not make;
      // a failed build keeps its working container unless it is told not to
      const own = ['--isolation', 'chroot', '--no-cache', '--force-rm', pullPolicy(request)];
      await runCommand('buildah', ['build', ...own, ...buildArguments(request)]);
    },
    save: async (reference, archive) => {
      await runCommand('buildah', ['push', reference, `oci-archive:${archive}:${reference}`]);
    },
    push: async (reference) => {
      await runCommand('buildah', ['push', reference]);
    },
  },
};

function buildArguments(request: BuildRequest): string[] {
  const platform = request.foreignPlatform ? ['--platform', request.foreignPlatform] : [];
  return [
    ...platform,
    '--build-arg',
    `BASE_IMAGE=${request.baseImage}`,
    '--file',
    request.dockerfile,
    '--tag',
    request.reference,
    request.context,
  ];
}

// "localhost/" names the builder's own store; asking a registry of that name can only fail
function pullPolicy({ baseImage }: BuildRequest): string {
  return baseImage.startsWith('localhost/') ? '--pull=never' : '--pull=false';
}
