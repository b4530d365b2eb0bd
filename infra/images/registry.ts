import { splitReference } from './image-reference';
import { type RegistryCredentials, registryCredentials } from './registry-credentials';

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
      const authorization = await authorize(challenge, `${host}/${repository}`);
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
async function authorize(challenge: string, name: string): Promise<string | undefined> {
  const credentials = await registryCredentials(name);
  const [, scheme, parameters] = /^(\w+)\s+(.*)$/.exec(challenge) ?? [];
  if (scheme?.toLowerCase() !== 'bearer') return basicOf(credentials);
  const { realm, ...query } = Object.fromEntries(
    [...parameters.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
  ) as Record<string, string>;
  const response = await requestToken(realm, query, credentials);
  if (!response.ok) return undefined;
  const body = (await response.json()) as { readonly token?: string; access_token?: string };
  return `Bearer ${body.token ?? body.access_token}`;
}

function requestToken(
  realm: string,
  query: Readonly<Record<string, string>>,
  credentials: RegistryCredentials | undefined,
): Promise<Response> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const refresh_token = credentials?.identityToken;
  if (refresh_token !== undefined) {
    const grant = { grant_type: 'refresh_token', client_id: 'autoscaling-lab', refresh_token };
    return fetch(realm, {
      method: 'POST',
      body: new URLSearchParams({ ...query, ...grant }),
      signal,
    });
  }
  const authorization = basicOf(credentials);
  return fetch(`${realm}?${new URLSearchParams(query).toString()}`, {
    headers: { ...(authorization !== undefined && { authorization }) },
    signal,
  });
}

function basicOf(credentials: RegistryCredentials | undefined): string | undefined {
  return credentials?.basic && `Basic ${credentials.basic}`;
}
