import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installedPackages } from '../../../local/pulumi/language-host/program-packages';
import {
  readRuntimeOptions,
  splitArguments,
} from '../../../local/pulumi/language-host/runtime-options';

test('options of the runtime have the defaults of the official host', () => {
  expect(readRuntimeOptions({})).toEqual({ typescript: true, tsconfig: undefined, nodeArgs: [] });
  expect(readRuntimeOptions({ typescript: false, nodeargs: '--require tsx/cjs' })).toMatchObject({
    typescript: false,
    nodeArgs: ['--require', 'tsx/cjs'],
  });
});

test('fails with an option of the wrong type', () => {
  expect(() => readRuntimeOptions({ typescript: 'maybe' })).toThrow(
    'runtime option "typescript" must be true or false, got "maybe"',
  );
});

test('arguments are split as a shell does', () => {
  expect(splitArguments(`a "b c" 'd "e' f\\ g ''`)).toEqual(['a', 'b c', 'd "e', 'f g', '']);
  expect(() => splitArguments('"open')).toThrow('runtime option "nodeargs" has an open quote');
});

test('the plugins of a program are those of its installed packages', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'packages-'));
  try {
    const write = async (name: string, manifest: object) => {
      await mkdir(join(folder, 'node_modules', name), { recursive: true });
      await writeFile(join(folder, 'node_modules', name, 'package.json'), JSON.stringify(manifest));
    };
    await write('plain', { name: 'plain', version: '1.0.0' });
    await write('@pulumi/cloud', {
      name: '@pulumi/cloud',
      version: '1.2.3',
      pulumi: { resource: true, name: 'cloud' },
    });
    await mkdir(join(folder, 'infra'));
    expect(await installedPackages(join(folder, 'infra'))).toEqual([
      { name: '@pulumi/cloud', version: '1.2.3', plugin: { name: 'cloud', version: '1.2.3' } },
      { name: 'plain', version: '1.0.0' },
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
