import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import execa from 'execa';

/** Who somebody is at a registry; one of the two. */
export interface RegistryCredentials {
  /** User and password with a colon between, in base64. */
  readonly basic?: string;
  /** What the registry's token server exchanges for a token of its own. */
  readonly identityToken?: string;
}

/** The fields of the file in which docker, podman and buildah keep who is logged in where. */
interface AuthFile {
  readonly auths?: Readonly<Record<string, AuthEntry>>;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}

interface AuthEntry {
  readonly auth?: string;
  readonly identitytoken?: string;
}

/** The names under which docker's own registry is kept: docker's, and that of podman, buildah and skopeo. */
const DOCKER_HUB = ['https://index.docker.io/v1/', 'docker.io'];

/** What a helper gives as the user where the secret is no password. */
const IDENTITY_TOKEN_USER = '<token>';

/**
 * Who the container tools of this machine are logged in as where an image is: at the longest part of
 * its name that they know. Undefined where nobody is.
 *
 * @param name registry and repository of the image, without a tag
 * @throws Error where the tools' file cannot be read or is no JSON
 */
export async function registryCredentials(
  name: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<RegistryCredentials | undefined> {
  const [host, ...namespaces] = partsFromHost(name);
  const longestFirst = namespaces.reverse();
  const servers = host === 'docker.io' ? DOCKER_HUB : [host];
  for (const path of authFiles(env)) {
    const file = await readAuthFile(path);
    for (const key of longestFirst) {
      const found = ofEntry(file?.auths?.[key]);
      if (found) return found;
    }
    for (const server of servers) {
      const helper = file?.credHelpers?.[server] ?? file?.credsStore;
      const found =
        ofEntry(file?.auths?.[server]) ?? (helper && (await askHelper(helper, server, env)));
      if (found) return found;
    }
  }
  return undefined;
}

/** `a`, `a/b` and `a/b/c` of `a/b/c`. */
function partsFromHost(name: string): string[] {
  return name.split('/').map((_part, index, parts) => parts.slice(0, index + 1).join('/'));
}

/** Where the container tools look for who is logged in, in their order. */
export function authFiles(env: NodeJS.ProcessEnv): string[] {
  const runtime = env.XDG_RUNTIME_DIR
    ? join(env.XDG_RUNTIME_DIR, 'containers')
    : `/run/containers/${process.getuid?.()}`;
  return [
    ...(env.REGISTRY_AUTH_FILE ? [env.REGISTRY_AUTH_FILE] : []),
    join(runtime, 'auth.json'),
    join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'containers', 'auth.json'),
    join(env.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json'),
  ];
}

async function readAuthFile(path: string): Promise<AuthFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    // whoever never logged in has none
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as AuthFile;
  } catch (error) {
    throw new Error(`"${path}" is no JSON (${(error as Error).message}); log in again to mend it`);
  }
}

// beside an identity token there is a user without a password: no credentials
function ofEntry({ auth, identitytoken }: AuthEntry = {}): RegistryCredentials | undefined {
  if (identitytoken) return { identityToken: identitytoken };
  return auth ? { basic: auth } : undefined;
}

// a helper ends with an error where it knows nothing of the registry
async function askHelper(
  helper: string,
  server: string,
  env: NodeJS.ProcessEnv,
): Promise<RegistryCredentials | undefined> {
  const options = { input: server, reject: false, env };
  const { exitCode, stdout } = await execa(`docker-credential-${helper}`, ['get'], options);
  if (exitCode !== 0) return undefined;
  const { Username, Secret } = JSON.parse(stdout) as { Username: string; Secret: string };
  if (Username === IDENTITY_TOKEN_USER) return { identityToken: Secret };
  return { basic: Buffer.from(`${Username}:${Secret}`).toString('base64') };
}
