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

test('nothing is installed if every package is present', async () => {
  await expect(ensurePackages([PRESENT])).resolves.toBeUndefined();
});

testAsRoot(
  'a user without root gets the missing packages and the command to install them',
  async () => {
    const wanted = JSON.stringify([MISSING[0], PRESENT, MISSING[1]]);
    const options = { ...NOBODY, reject: false };
    const result = await execa(process.execPath, [program, wanted], options);
    expect(result.stdout).toBe(
      'missing: left-handed-tools round-squares; installing packages needs root, and this is uid 65534: ' +
        'run "apt-get install left-handed-tools round-squares" as root, then repeat the command',
    );
    expect(result.exitCode).toBe(2);
  },
);

testAsRoot(
  'root on another system gets the missing packages, and nothing is installed',
  async () => {
    const release = join(folder, 'os-release');
    await writeFile(release, 'NAME="Fedora Linux"\nID=fedora\n');
    const script =
      'mount --make-rprivate / && mount --bind "$1" "$(readlink -f /etc/os-release)" && exec "$2" "$3" "$4"';
    const wanted = JSON.stringify(MISSING);
    const args = ['--mount', 'sh', '-c', script, 'sh', release, process.execPath, program, wanted];
    const result = await execa('unshare', args, { reject: false });
    expect(result.stdout).toBe(
      'missing: left-handed-tools round-squares; they are installed automatically only on Debian: ' +
        'install them, then repeat the command',
    );
    expect(result.exitCode).toBe(2);
  },
);
