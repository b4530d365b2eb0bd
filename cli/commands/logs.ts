import { join } from 'node:path';
import execa from 'execa';
import { filesIn } from '../../local/files-in';
import { type LabContext } from '../../local/lab-context';
import { LabError } from '../../local/lab-error';
import { NODE_PLACES } from '../../local/node/node-place';

/**
 * Prints the last lines of a node's log; without a name, lists the logs.
 * @param name for example `kubelet` for the first node, `node-2/kubelet` for another one
 */
export async function logs({ config }: LabContext, name: string | undefined) {
  const files = new Map<string, string>();
  for (const [index, place] of NODE_PLACES.entries()) {
    const folder = join(config.stateDir, place.name, 'root/var/log/lab');
    const prefix = index === 0 ? '' : `${place.name}/`;
    for (const file of await filesIn(folder))
      files.set(`${prefix}${file.replace(/\.log$/, '')}`, join(folder, file));
  }
  if (files.size === 0)
    throw new LabError('the local node has no logs yet: create it with "npm run up"');
  const names = [...files.keys()];
  if (name === undefined) {
    process.stdout.write(`${names.join('\n')}\n`);
    return;
  }
  const file = files.get(name);
  if (file === undefined)
    throw new LabError(`no log is named "${name}": give one of ${names.join(', ')}`);
  await execa('tail', ['-n', '200', file], { stdio: 'inherit' });
}
