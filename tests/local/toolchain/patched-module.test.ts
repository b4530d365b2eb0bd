import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import execa from 'execa';
import { patchedModule } from '../../../local/toolchain/patched-module';
import { temporaryFolder } from '../support/temporary-folder';

const PROGRAM = 'package main\n\nfunc main() { print("an older text, an older text") }\n';

let source: string;
let definition: string;
let scratch: string;

beforeEach(async () => {
  [source, definition, scratch] = await Promise.all([
    temporaryFolder(),
    temporaryFolder(),
    temporaryFolder(),
  ]);
  await writeFile(join(source, 'go.mod'), 'module example.com/program\n\ngo 1.26\n');
  await mkdir(join(source, 'cmd'));
  await writeFile(join(source, 'cmd/main.go'), PROGRAM);
  // as in Go's module cache
  await chmod(join(source, 'cmd/main.go'), 0o444);
  await chmod(join(source, 'cmd'), 0o555);
  await writeFile(
    join(definition, 'go.mod'),
    'module test\n\ngo 1.26\n\ntool example.com/program/cmd\n\nrequire example.com/program v1.0.0\n',
  );
  await writeFile(join(definition, 'go.sum'), '');
});

afterEach(() => chmod(join(source, 'cmd'), 0o755));

const patch = (from: string) => ({
  module: 'example.com/program',
  file: 'cmd/main.go',
  from,
  to: 'a newer text',
});

test('programs are built from the patched copy, and the module and its definition stay as they are', async () => {
  const before = await readFile(join(definition, 'go.mod'), 'utf8');
  const goMod = await patchedModule(patch('an older text'), source, definition, scratch);
  const { stderr } = await execa('go', ['run', `-modfile=${goMod}`, 'example.com/program/cmd'], {
    cwd: definition,
  });
  expect(stderr).toBe('a newer text, a newer text');
  await expect(readFile(join(source, 'cmd/main.go'), 'utf8')).resolves.toBe(PROGRAM);
  await expect(readFile(join(definition, 'go.mod'), 'utf8')).resolves.toBe(before);
});

test('a patch that finds nothing to change is refused', async () => {
  await expect(patchedModule(patch('no such text'), source, definition, scratch)).rejects.toThrow(
    'no "no such text" in cmd/main.go of example.com/program: update its patch',
  );
});
