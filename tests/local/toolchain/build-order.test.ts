import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import execa from 'execa';
import { type ToolSetName } from '../../../local/toolchain/sets';
import { Toolchain } from '../../../local/toolchain/toolchain';
import { temporaryFolder } from '../support/temporary-folder';

const SETS = ['prometheus', 'nats', 'etcd'] as const satisfies readonly ToolSetName[];

let cache: string;
let toolchain: Toolchain;

beforeEach(async () => {
  cache = await temporaryFolder();
  const definitions = await temporaryFolder();
  await Promise.all(SETS.map((set) => defineSmall(definitions, set)));
  toolchain = new Toolchain(cache, definitions);
});

/** A set of one program that does nothing. */
async function defineSmall(definitions: string, set: ToolSetName): Promise<void> {
  const program = join(definitions, set, 'program');
  await mkdir(program, { recursive: true });
  await writeFile(join(program, 'main.go'), 'package main\n\nfunc main() {}\n');
  await writeFile(
    join(definitions, set, 'go.mod'),
    'module example.com\n\ngo 1.26\n\ntool example.com/program\n',
  );
  await writeFile(join(definitions, set, 'go.sum'), '');
}

const entries = () => readdir(join(cache, 'toolchain')).catch(() => [] as string[]);
const partials = async () => (await entries()).filter((name) => name.endsWith('.partial'));

test('sets are built one at a time, in the order in which they are asked for', async () => {
  const ended: string[] = [];
  const folders = SETS.map((set) => toolchain.folder(set).then(() => ended.push(set)));
  // asking again does not change the order
  folders.push(toolchain.folder('prometheus').then(() => 0));
  let most = 0;
  while (ended.length < SETS.length) {
    most = Math.max(most, (await partials()).length);
    await sleep(5);
  }
  await Promise.all(folders);
  expect(ended).toEqual(SETS);
  expect(most).toBe(1);
});

test('a set that cannot be built does not keep the next one from being built', async () => {
  const faulty = toolchain.folder('kubernetes');
  const next = toolchain.folder('nats');
  await expect(faulty).rejects.toThrow();
  expect(await readdir(await next)).toEqual(['program']);
});

/** Waits for the compiler of the build that runs, and gives its niceness. */
async function compilerNiceness(): Promise<number> {
  for (;;) {
    const { stdout } = await execa('ps', ['--ppid', String(process.pid), '-o', 'ni=,args='], {
      reject: false,
    });
    const nice = /^\s*(\d+) go install/m.exec(stdout)?.[1];
    if (nice !== undefined) return Number(nice);
    await sleep(5);
  }
}

test.each([
  ['before its compiler runs', async () => undefined],
  ['while its compiler runs', compilerNiceness],
])('a build that is stopped %s leaves nothing, and no other is begun', async (_, reached) => {
  const outcomes = Promise.allSettled([toolchain.folder('nats'), toolchain.folder('etcd')]);
  await reached();
  toolchain.stop();
  expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(entries()).resolves.toEqual([]);
});

test('Go gives way to what runs beside it', async () => {
  const building = toolchain.folder('nats');
  expect(await compilerNiceness()).toBeGreaterThan(getPriority());
  await building;
});
