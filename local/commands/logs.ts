import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import execa from 'execa';
import { type LabContext } from '../lab-context';
import { LabError } from '../lab-error';

/** Prints the end of one of the node's logs; without a name, which there are. */
export async function logs({ config }: LabContext, name: string | undefined) {
  const folder = join(config.stateDir, 'node/root/var/log/lab');
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new LabError('the local node has no logs yet: "npm run up" makes it');
  });
  const names = files.map((file) => file.replace(/\.log$/, ''));
  if (name === undefined) {
    process.stdout.write(`${names.join('\n')}\n`);
    return;
  }
  if (!names.includes(name))
    throw new LabError(`no log is named "${name}": give one of ${names.join(', ')}`);
  await execa('tail', ['-n', '200', join(folder, `${name}.log`)], { stdio: 'inherit' });
}
