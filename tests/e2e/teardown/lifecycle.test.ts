import { access, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { readLocalConfig } from '../../../local/config';
import { nodeCgroups } from '../../../local/node/cgroup-tree';
import { NodeProcess } from '../../../local/node/node-process';
import { checkPortsFree } from '../../../local/node/published-ports';
import { Lab } from '../support/lab';
import { labCommand } from '../support/lab-command';
import { printMeasurements } from '../support/measurements';

const config = readLocalConfig(process.env);
const NAMESPACES = ['pid', 'net', 'mnt', 'uts', 'ipc', 'cgroup'] as const;

test('an unchanged preview shows no change', async () => {
  const { exitCode, output, seconds } = await labCommand('preview');

  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  expect(output).toMatch(/\d+ unchanged/);
  expect(output).not.toMatch(/to (create|update|replace|delete)/);
  printMeasurements('Preview without a change', [['whole command', `${seconds} s`, '20 s']]);
}, 300_000);

test('a second up changes nothing', async () => {
  const { exitCode, output, seconds } = await labCommand('up');

  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  expect(output).toMatch(/\d+ unchanged/);
  expect(output).not.toMatch(/\d+ (created|updated|replaced|deleted)/);
  printMeasurements('Up without a change', [['whole command', `${seconds} s`]]);
}, 300_000);

test('down leaves nothing behind, and up works again', async () => {
  const pid = await new NodeProcess(join(config.stateDir, 'node')).pid();
  const namespaces = await namespacesOf(pid ?? 0);
  expect(namespaces).toHaveLength(NAMESPACES.length);
  const own = new Set(await namespacesOf(process.pid));
  expect(namespaces.filter((name) => own.has(name))).toEqual([]);

  const kernelSettings = JSON.parse(
    await readFile(join(config.stateDir, 'node/kernel-settings.json'), 'utf8'),
  ) as Record<string, string>;

  const down = await labCommand('down');

  expect(down).toMatchObject({ exitCode: 0 });
  expect(await processesIn(namespaces)).toEqual([]);
  expect(await existing([config.stateDir, ...(await nodeCgroups('autoscaling-lab'))])).toEqual([]);
  expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(config.stateDir);
  for (const [path, value] of Object.entries(kernelSettings))
    expect(`${path} ${(await readFile(path, 'utf8')).trim()}`).toBe(`${path} ${value}`);
  await expect(checkPortsFree(config.ports)).resolves.toBeUndefined();

  const up = await labCommand('up');

  expect(up).toMatchObject({ exitCode: 0 });
  const lab = await Lab.open();
  try {
    const id = await lab.request(`a cat on its second cluster, ${Date.now()}`);
    await lab.answers.forAll([id], 120);
    expect(lab.answers.arrivals.find((arrival) => arrival.id === id)?.response).toBeDefined();
  } finally {
    await lab.close();
  }
  printMeasurements('Down and up again, everything built', [
    ['down', `${down.seconds} s`],
    ['up', `${up.seconds} s`, '180 s'],
  ]);
}, 900_000);

/** The namespaces of a process, such as `net:[4026532281]`. */
async function namespacesOf(pid: number): Promise<string[]> {
  const links = NAMESPACES.map((name) => readlink(`/proc/${pid}/ns/${name}`).catch(() => ''));
  return (await Promise.all(links)).filter(Boolean);
}

/** Command lines of processes that are in one of these namespaces. */
async function processesIn(namespaces: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)))
    if ((await namespacesOf(Number(pid))).some((name) => namespaces.includes(name)))
      found.push(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => pid));
  return found;
}

async function existing(paths: readonly string[]): Promise<string[]> {
  const present = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => path,
        () => undefined,
      ),
    ),
  );
  return present.filter((path) => path !== undefined);
}
