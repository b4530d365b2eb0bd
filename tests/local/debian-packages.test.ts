import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import execa from 'execa';
import { ensurePackages } from '../../local/debian-packages';
import { bundle, NOBODY, testAsRoot } from './support/lab-copy';
import { temporaryFolder } from './support/temporary-folder';

const PRESENT = { name: 'dash', provides: '/bin/sh' };
const MISSING = [
  { name: 'left-handed-tools', provides: '/usr/bin/left-handed' },
  { name: 'round-squares', provides: '/usr/bin/round-square' },
];

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  program = join(folder, 'package-check.cjs');
  await bundle('tests/local/support/package-check.ts', program);
});

test('nothing is asked for where every package is there', async () => {
  await expect(ensurePackages([PRESENT])).resolves.toBeUndefined();
});

testAsRoot('a user without rights is told exactly what is missing and what to do', async () => {
  const wanted = JSON.stringify([MISSING[0], PRESENT, MISSING[1]]);
  const options = { ...NOBODY, reject: false };
  const result = await execa(process.execPath, [program, wanted], options);
  expect(result.stdout).toBe(
    'missing: left-handed-tools round-squares; only root can install packages, and this is uid 65534: ' +
      'run "apt-get install left-handed-tools round-squares" as root, then the command again',
  );
  expect(result.exitCode).toBe(2);
});

testAsRoot('root on another system is told that nothing is installed there', async () => {
  const release = join(folder, 'os-release');
  await writeFile(release, 'NAME="Fedora Linux"\nID=fedora\n');
  const script =
    'mount --make-rprivate / && mount --bind "$1" "$(readlink -f /etc/os-release)" && exec "$2" "$3" "$4"';
  const wanted = JSON.stringify(MISSING);
  const args = ['--mount', 'sh', '-c', script, 'sh', release, process.execPath, program, wanted];
  const result = await execa('unshare', args, { reject: false });
  expect(result.stdout).toBe(
    'missing: left-handed-tools round-squares; this is not Debian, so they are not installed for you: ' +
      'install them, then run the command again',
  );
  expect(result.exitCode).toBe(2);
});
