import { randomUUID } from 'node:crypto';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import execa from 'execa';
import { ensurePackages, PACKAGES } from '../debian-packages';
import { LabError } from '../lab-error';

/** What to make an image of. */
export interface ImageContent {
  readonly reference: string;
  /** Folders or tar files, laid over one another from the first to the last. */
  readonly layers: readonly string[];
  readonly entrypoint: readonly string[];
  readonly user: number;
  /** Path of the OCI archive to write. */
  readonly archive: string;
}

/** buildah with storage of its own, so that the user's images are never touched. */
export class Buildah {
  constructor(private readonly cacheDir: string) {}

  /** Makes an image and writes it as an OCI archive; leaves nothing in the storage. */
  async commit(content: ImageContent): Promise<void> {
    const container = await this.run('from', 'scratch');
    try {
      for (const layer of content.layers) await this.run('add', container, layer, '/');
      await this.run(
        'config',
        '--entrypoint',
        JSON.stringify(content.entrypoint),
        '--user',
        String(content.user),
        '--env',
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        container,
      );
      const target = `oci-archive:${content.archive}:${content.reference}`;
      await this.run('commit', '--quiet', '--disable-compression', container, target);
    } finally {
      await this.run('rm', container);
    }
  }

  /** Removes what builds that were cut short left in the storage, with their mounts. */
  async removeInterrupted(): Promise<void> {
    if (await isFolder(join(this.cacheDir, 'buildah', 'graph'))) await this.run('rm', '--all');
  }

  /**
   * Takes an OCI archive into the storage, where it is not there yet.
   * @param reference what the archive calls its image
   * @param key that of the image's content
   * @returns the reference with the key in it, so that what is built on another content is another image
   */
  async pull(archive: string, reference: string, key: string): Promise<string> {
    const keyed = `${reference}-${key}`;
    const known = await this.run('images', '--quiet', '--filter', `reference=${keyed}`);
    if (known === '') {
      await this.run('pull', '--quiet', `oci-archive:${archive}`);
      await this.run('tag', reference, keyed);
    }
    return keyed;
  }

  /** Writes the file that CONTAINERS_STORAGE_CONF names, for other calls of buildah on the same storage. */
  async storageConfiguration(): Promise<string> {
    const file = join(this.cacheDir, 'buildah', 'storage.conf');
    await mkdir(join(this.cacheDir, 'buildah'), { recursive: true });
    // renamed into place: another buildah that read half of it would fall back to the user's own storage
    const draft = `${file}.${randomUUID()}.partial`;
    await writeFile(
      draft,
      [
        '[storage]',
        'driver = "overlay"',
        `graphroot = ${JSON.stringify(join(this.cacheDir, 'buildah', 'graph'))}`,
        `runroot = ${JSON.stringify(join(this.cacheDir, 'buildah', 'run'))}`,
        '',
      ].join('\n'),
    );
    await rename(draft, file);
    return file;
  }

  private async run(...args: string[]): Promise<string> {
    await ensurePackages([PACKAGES.buildah]);
    const result = await execa('buildah', args, {
      stdin: 'ignore',
      reject: false,
      env: {
        CONTAINERS_STORAGE_CONF: await this.storageConfiguration(),
        // files are only copied, so no runtime and no user namespace is needed
        BUILDAH_ISOLATION: 'chroot',
      },
    });
    if (result.exitCode !== 0)
      throw new LabError(`"buildah ${args.join(' ')}" failed: ${result.stderr.trim()}`);
    return result.stdout.trim();
  }
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}
