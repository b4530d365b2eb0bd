import { homedir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { type LabEnvironment } from './lab-environment';
import { readPulumi } from './pulumi-cli';
import { PROJECT_ROOT } from './stack';

const FILES = 'file://';

/**
 * The URL of the backend that Pulumi uses with this environment.
 *
 * @throws LabError if none is set and Pulumi is not logged in to one
 */
export async function backendUrl(env: LabEnvironment): Promise<string> {
  // Pulumi also treats empty as unset
  const named = env.PULUMI_BACKEND_URL || process.env.PULUMI_BACKEND_URL;
  if (named) return named;
  const text = await readPulumi(env, ['whoami', '--json'], 'log in first: npx pulumi login');
  return (JSON.parse(text) as { readonly url: string }).url;
}

/**
 * The folder of a file backend; undefined for other kinds.
 *
 * Pulumi's file URLs are not standard, and it reports them as the user wrote them:
 * `file://~`, `file://~/states`, and paths relative to the project folder, `file://./states`.
 */
export function backendFolder(url: string): string | undefined {
  if (!url.startsWith(FILES)) return undefined;
  const path = decodeURIComponent(url.slice(FILES.length).split('?')[0] ?? '');
  return resolve(PROJECT_ROOT, path.startsWith('~') ? join(home(), path.slice(2)) : path);
}

// like Pulumi, which reads HOME only if the system does not know the user
function home(): string {
  try {
    return userInfo().homedir;
  } catch {
    return homedir();
  }
}
