import { homedir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { type LabEnvironment } from './lab-environment';
import { readPulumi } from './pulumi-cli';
import { PROJECT_ROOT } from './stack';

const FILES = 'file://';

/**
 * The URL of the backend that Pulumi uses with this environment.
 *
 * @throws LabError where none is named and Pulumi is not logged in to one
 */
export async function backendUrl(env: LabEnvironment): Promise<string> {
  // empty is unset to Pulumi too
  const named = env.PULUMI_BACKEND_URL || process.env.PULUMI_BACKEND_URL;
  if (named) return named;
  const text = await readPulumi(env, ['whoami', '--json'], 'log in first: npx pulumi login');
  return (JSON.parse(text) as { readonly url: string }).url;
}

/**
 * The folder of a backend that keeps its states in files; undefined for every other kind.
 *
 * Pulumi's URLs of files are not the standard's, and it gives them back as it was given them:
 * `file://~`, `file://~/states` and paths below the project's folder, `file://./states`.
 */
export function backendFolder(url: string): string | undefined {
  if (!url.startsWith(FILES)) return undefined;
  const path = decodeURIComponent(url.slice(FILES.length).split('?')[0] ?? '');
  return resolve(PROJECT_ROOT, path.startsWith('~') ? join(home(), path.slice(2)) : path);
}

// as Pulumi does, which looks at HOME only where the system does not know the user
function home(): string {
  try {
    return userInfo().homedir;
  } catch {
    return homedir();
  }
}
