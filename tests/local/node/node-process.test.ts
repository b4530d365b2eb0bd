import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NodeProcess } from '../../../local/node/node-process';
import { temporaryFolder } from '../support/temporary-folder';

let folder: string;
let node: NodeProcess;

beforeEach(async () => {
  folder = await temporaryFolder();
  node = new NodeProcess(folder, 'autoscaling-lab-test');
});

const remember = (text: string) => writeFile(join(folder, 'pid'), text);

/** When a process began, in clock ticks since the machine's start. */
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

test('a node that was never started does not run, and says what to do', async () => {
  await expect(node.pid()).resolves.toBeUndefined();
  await expect(node.exec(['true'])).rejects.toThrow(
    'the local node is not running: start it with "npm run up"',
  );
});

test('a living process is recognised by its start time, so that a pid used again is not', async () => {
  await remember(`${process.pid} ${await startTime(process.pid)}`);
  await expect(node.pid()).resolves.toBe(process.pid);
  await remember(`${process.pid} 1`);
  await expect(node.pid()).resolves.toBeUndefined();
});

test('a process that ended does not run', async () => {
  const child = spawn('sleep', ['60']);
  const pid = child.pid ?? 0;
  await remember(`${pid} ${await startTime(pid)}`);
  await expect(node.pid()).resolves.toBe(pid);
  child.kill();
  await once(child, 'exit');
  await expect(node.pid()).resolves.toBeUndefined();
});

test.each(['', '12', 'x y'])(
  'a half-written note of the pid, "%s", names no process',
  async (text) => {
    await remember(text);
    await expect(node.pid()).resolves.toBeUndefined();
  },
);
