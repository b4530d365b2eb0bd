import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import execa from 'execa';
import { debianRoot } from './debian-root';
import { NGINX_BASE_IMAGE } from './images/catalog';
import { madeOnce, removeOthers } from './made-once';

/**
 * A folder with the nginx of the page's image, for tests on this machine. Installing the Debian package
 * would also start a web server.
 */
export async function nginxFolder(cacheDir: string): Promise<string> {
  const { name, packages = [] } = NGINX_BASE_IMAGE;
  const prefix = name.replace(':', '_');
  const root = await debianRoot(cacheDir, prefix, packages);
  const folder = join(cacheDir, 'tools', basename(root, '.tar'));
  const made = await madeOnce(folder, async (partial) => {
    await mkdir(partial, { recursive: true });
    const nginx = './usr/sbin/nginx';
    await execa('tar', ['-xf', root, '-C', partial, '--strip-components=3', nginx]);
  });
  if (made) await removeOthers(folder, prefix);
  return folder;
}
