import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readLocalConfig } from '../../local/config';
import { builtHome, choosePulumi, installEngine } from '../../local/pulumi-source';
import { VERSIONS } from '../../local/toolchain/sets';
import { temporaryFolder } from './support/temporary-folder';

const engineIn = (home: string) => join(home, 'versions', VERSIONS.pulumi, 'bin/pulumi');

async function builtEngine(folder: string, text: string): Promise<string> {
  const engine = join(folder, `pulumi-${text}`, 'pulumi');
  await mkdir(dirname(engine), { recursive: true });
  await writeFile(engine, text, { mode: 0o755 });
  return engine;
}

test.each(['official', 'built'] as const)('"%s" is used as set', async (kind) => {
  await expect(choosePulumi(readLocalConfig({ AUTOSCALING_LAB_PULUMI: kind }))).resolves.toEqual({
    kind,
    reason: `Pulumi: ${kind}, set by AUTOSCALING_LAB_PULUMI`,
  });
});

test('an installed release is used without asking the network', async () => {
  const home = await temporaryFolder();
  await mkdir(dirname(engineIn(home)), { recursive: true });
  await writeFile(engineIn(home), '');
  const before = process.env.PULUMI_HOME;
  process.env.PULUMI_HOME = home;
  try {
    await expect(choosePulumi(readLocalConfig({}))).resolves.toEqual({
      kind: 'official',
      reason: `Pulumi: the release in ${home}`,
    });
  } finally {
    if (before === undefined) delete process.env.PULUMI_HOME;
    else process.env.PULUMI_HOME = before;
  }
});

test("the lab's own home in PULUMI_HOME is not a release", async () => {
  const [home, cache] = [await temporaryFolder(), await temporaryFolder()];
  const config = readLocalConfig({ XDG_CACHE_HOME: cache });
  for (const folder of [home, builtHome(config)]) {
    await mkdir(dirname(engineIn(folder)), { recursive: true });
    await writeFile(engineIn(folder), '');
  }
  const before = process.env.PULUMI_HOME;
  process.env.PULUMI_HOME = builtHome(config);
  try {
    await expect(choosePulumi(config, home)).resolves.toEqual({
      kind: 'official',
      reason: `Pulumi: the release in ${home}`,
    });
  } finally {
    if (before === undefined) delete process.env.PULUMI_HOME;
    else process.env.PULUMI_HOME = before;
  }
});

test('the installed engine is the last one requested, also after returning to an older build', async () => {
  const folder = await temporaryFolder();
  const home = join(folder, 'home');
  const [one, two] = [await builtEngine(folder, 'one'), await builtEngine(folder, 'two')];
  for (const [engine, text] of [
    [one, 'one'],
    [two, 'two'],
    [one, 'one'],
  ] as const) {
    await installEngine(engine, home);
    await expect(readFile(engineIn(home), 'utf8')).resolves.toBe(text);
  }
  expect((await stat(engineIn(home))).mode & 0o111).toBe(0o111);
});

test('an installed engine is not copied again', async () => {
  const folder = await temporaryFolder();
  const engine = await builtEngine(folder, 'one');
  await installEngine(engine, join(folder, 'home'));
  const { ino } = await stat(engineIn(join(folder, 'home')));
  await installEngine(engine, join(folder, 'home'));
  expect((await stat(engineIn(join(folder, 'home')))).ino).toBe(ino);
});
