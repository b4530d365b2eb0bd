import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NODE_PLACES } from '../../../local/node/node-place';
import { saveNodeLogs } from '../../../local/node/node-logs';
import { temporaryFolder } from '../support/temporary-folder';

const [first, second] = NODE_PLACES;

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

async function nodes({ logged }: { readonly logged: boolean }) {
  const made = { place: first!, root: join(folder, 'made') };
  if (logged) {
    await mkdir(join(made.root, 'var/log/lab'), { recursive: true });
    await writeFile(join(made.root, 'var/log/lab/kubelet'), 'a line');
  }
  return [made, { place: second!, root: join(folder, 'not-made') }];
}

test('what the nodes logged is kept, and that of an earlier failure is not', async () => {
  const target = join(folder, 'kept');
  await mkdir(target);
  await writeFile(join(target, 'earlier'), '');

  const words = await saveNodeLogs(await nodes({ logged: true }), target);

  expect(words).toBe(`the node logs are in ${target}`);
  await expect(readFile(join(target, first!.name, 'kubelet'), 'utf8')).resolves.toBe('a line');
  await expect(readFile(join(target, 'earlier'))).rejects.toThrow('ENOENT');
});

test('nodes that logged nothing have nothing to keep', async () => {
  const target = join(folder, 'kept');
  await expect(saveNodeLogs(await nodes({ logged: false }), target)).resolves.toBeUndefined();
});

test('logs that cannot be kept are told and stop nothing', async () => {
  await writeFile(join(folder, 'file'), '');
  const target = join(folder, 'file', 'kept');

  await expect(saveNodeLogs(await nodes({ logged: true }), target)).resolves.toMatch(
    `the node logs could not be saved in ${target}: ENOTDIR`,
  );
});
