import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import execa from 'execa';

/** The fields of the file in which docker, podman and buildah keep who is logged in where. */
interface AuthFile {
  readonly auths?: Readonly<Record<string, { readonly auth?: string }>>;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}

/** The names under which docker's own registry is kept: docker's, and that of podman, buildah and skopeo. */
const DOCKER_HUB = ['https://index.docker.io/v1/', 'docker.io'];

/**
 * Who the container tools of this machine are logged in as at a registry: user and password with a
 * colon between, in base64. Undefined where nobody is.
 *
 * @throws Error where the tools' file cannot be read or is no JSON
 */
export async function registryCredentials(
  host: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const servers = host === 'docker.io' ? DOCKER_HUB : [host];
  for (const path of authFiles(env)) {
    const file = await readAuthFile(path);
    for (const server of servers) {
      const helper = file?.credHelpers?.[server] ?? file?.credsStore;
      const found =
        file?.auths?.[server]?.auth || (helper && (await askHelper(helper, server, env)));
      if (found) return found;
    }
  }
  return undefined;
}

function authFiles(env: NodeJS.ProcessEnv): string[] {
  return [
    ...(env.REGISTRY_AUTH_FILE ? [env.REGISTRY_AUTH_FILE] : []),
    ...(env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, 'containers', 'auth.json')] : []),
    join(env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'containers', 'auth.json'),
    join(env.DOCKER_CONFIG ?? join(homedir(), '.docker'), 'config.json'),
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

// a helper ends with an error where it knows nothing of the registry
async function askHelper(
  helper: string,
  server: string,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const options = { input: server, reject: false, env };
  const { exitCode, stdout } = await execa(`docker-credential-${helper}`, ['get'], options);
  if (exitCode !== 0) return undefined;
  const { Username, Secret } = JSON.parse(stdout) as { Username: string; Secret: string };
  return Buffer.from(`${Username}:${Secret}`).toString('base64');
}
