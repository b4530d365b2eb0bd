import { log } from '@pulumi/pulumi';
import type { ImageLoader } from './image-loader';

const TIMEOUT_MS = 10_000;

const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** By a registry that the cluster pulls from. */
export const pushLoader: ImageLoader = {
  has: async (reference) => {
    const status = await manifestStatus(reference);
    if (status === 200) return true;
    if (status !== 404) {
      // only a registry that hides its content answers so; pushing again is slower, never wrong
      await log.info(`the registry of ${reference} does not say whether it has it (${status})`);
    }
    return false;
  },
  load: async (reference, builder) => builder.push(reference),
};

async function manifestStatus(reference: string): Promise<number | string> {
  const { host, repository, tag } = splitReference(reference);
  const scheme = /^(localhost|127\.0\.0\.1)(:|$)/.test(host) ? 'http' : 'https';
  try {
    const { status } = await fetch(`${scheme}://${host}/v2/${repository}/manifests/${tag}`, {
      method: 'HEAD',
      headers: { accept: ACCEPT },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return status;
  } catch (error) {
    const { message, cause } = error as Error;
    return cause instanceof Error ? cause.message : message;
  }
}

function splitReference(reference: string): { host: string; repository: string; tag: string } {
  const slash = reference.indexOf('/');
  const colon = reference.lastIndexOf(':');
  return {
    host: reference.slice(0, slash),
    repository: reference.slice(slash + 1, colon),
    tag: reference.slice(colon + 1),
  };
}
