import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import execa from 'execa';
import { imageArchives } from '../../../local/images/image-archives';
import { type LocalImage } from '../../../local/images/image';
import { Toolchain } from '../../../local/toolchain/toolchain';
import { testAsRoot } from '../support/lab-copy';
import { temporaryFolder } from '../support/temporary-folder';

jest.setTimeout(120_000);

const usualPath = process.env.PATH;
afterEach(() => {
  process.env.PATH = usualPath;
});

/** Puts a `go` first on PATH that waits for a file before it does anything. */
async function delayGo(gate: string): Promise<void> {
  const folder = await temporaryFolder();
  const { stdout: real } = await execa('which', ['go']);
  const script = `#!/bin/sh\nwhile [ ! -e '${gate}' ]; do sleep 0.1; done\nexec '${real}' "$@"\n`;
  await writeFile(join(folder, 'go'), script);
  await chmod(join(folder, 'go'), 0o755);
  process.env.PATH = [folder, usualPath].join(delimiter);
}

async function smallToolchain(cache: string): Promise<Toolchain> {
  const definitions = await temporaryFolder();
  const program = join(definitions, 'nats', 'nats-server');
  await mkdir(program, { recursive: true });
  await writeFile(join(program, 'main.go'), 'package main\n\nfunc main() {}\n');
  const goMod = 'module example.com\n\ngo 1.26\n\ntool example.com/nats-server\n';
  await writeFile(join(definitions, 'nats/go.mod'), goMod);
  await writeFile(join(definitions, 'nats/go.sum'), '');
  return new Toolchain(cache, definitions);
}

testAsRoot('images without a program of ours are made while Go still compiles', async () => {
  const cache = await temporaryFolder();
  const gate = join(cache, 'gate');
  const toolchain = await smallToolchain(cache);
  await delayGo(gate);
  const plain = (name: string): LocalImage => ({
    name: `${name}:1`,
    file: { from: __filename, path: '/file' },
    entrypoint: ['/file'],
  });
  const images: LocalImage[] = [
    plain('first'),
    {
      name: 'second:1',
      program: { set: 'nats', name: 'nats-server', path: '/nats-server' },
      entrypoint: ['/nats-server'],
    },
    plain('third'),
  ];
  const making = imageArchives(cache, toolchain, images);
  const made = async () =>
    (await readdir(join(cache, 'images')).catch(() => [] as string[])).filter((name) =>
      name.endsWith('.tar'),
    );
  while ((await made()).length < 2) await sleep(50);
  await writeFile(gate, '');
  const names = (await making).map((archive) => basename(archive).replace(/-\w+\.tar$/, ''));
  expect(names).toEqual(['first_1', 'second_1', 'third_1']);
});
