import { splitReference } from './image-reference';
import { registryCredentials } from './registry-credentials';

const TIMEOUT_MS = 10_000;

const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** What a registry says about a reference. */
export interface ManifestAnswer {
  /** Status of its answer, or why there was none. */
  readonly status: number | string;
  /** `sha256:` and 64 hexadecimal digits; absent where the registry has no such image or does not say. */
  readonly digest?: string;
}

/**
 * Asks a registry for an image as who the container tools of this machine are logged in as, or as
 * nobody. Of an image for several platforms the digest is that of the list.
 *
 * @param reference repository and tag, after a registry where it is not docker.io
 */
export async function askRegistry(reference: string): Promise<ManifestAnswer> {
  const { host, repository, tag } = splitReference(reference);
  const server = host === 'docker.io' ? 'registry-1.docker.io' : host;
  const scheme = /^(localhost|127\.0\.0\.1)(:|$)/.test(host) ? 'http' : 'https';
  const url = `${scheme}://${server}/v2/${repository}/manifests/${tag}`;
  try {
    let response = await request(url);
    if (response.status === 401) {
      const challenge = response.headers.get('www-authenticate') ?? '';
      const authorization = await authorize(challenge, host);
      if (authorization !== undefined) response = await request(url, authorization);
    }
    const digest = response.headers.get('docker-content-digest') ?? '';
    const known = response.status === 200 && /^sha256:[0-9a-f]{64}$/.test(digest);
    return { status: response.status, ...(known && { digest }) };
  } catch (error) {
    const { message, cause } = error as Error;
    return { status: (cause as Error | undefined)?.message || message };
  }
}

function request(url: string, authorization?: string): Promise<Response> {
  return fetch(url, {
    method: 'HEAD',
    headers: { accept: ACCEPT, ...(authorization !== undefined && { authorization }) },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
}

/** The header that a registry asks for; undefined where this machine has no credentials for it. */
async function authorize(challenge: string, host: string): Promise<string | undefined> {
  const credentials = await registryCredentials(host);
  const basic = credentials === undefined ? undefined : `Basic ${credentials}`;
  const [, scheme, parameters] = /^(\w+)\s+(.*)$/.exec(challenge) ?? [];
  if (scheme?.toLowerCase() !== 'bearer') return basic;
  const { realm, ...query } = Object.fromEntries(
    [...parameters.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
  ) as Record<string, string>;
  const response = await fetch(`${realm}?${new URLSearchParams(query).toString()}`, {
    headers: { ...(basic !== undefined && { authorization: basic }) },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) return undefined;
  const body = (await response.json()) as { readonly token?: string; access_token?: string };
  return `Bearer ${body.token ?? body.access_token}`;
}
