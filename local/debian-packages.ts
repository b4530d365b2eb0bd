import { access, readFile } from 'node:fs/promises';
import execa from 'execa';
import { LabError } from './lab-error';
import { step } from './progress';

/** A Debian package, and a file that proves it is installed, however it was installed. */
export interface DebianPackage {
  readonly name: string;
  readonly provides: string;
}

export const PACKAGES = {
  certificates: {
    name: 'ca-certificates',
    provides: '/etc/ssl/certs/ca-certificates.crt',
  },
  mmdebstrap: { name: 'mmdebstrap', provides: '/usr/bin/mmdebstrap' },
  buildah: { name: 'buildah', provides: '/usr/bin/buildah' },
  chromium: { name: 'chromium', provides: '/usr/bin/chromium' },
  redis: { name: 'redis-server', provides: '/usr/bin/redis-server' },
} as const satisfies Record<string, DebianPackage>;

/**
 * Installs missing packages; needs root on Debian.
 * @throws LabError that names the missing packages if it cannot install them
 */
export async function ensurePackages(wanted: readonly DebianPackage[]): Promise<void> {
  const missing: string[] = [];
  for (const { name, provides } of wanted)
    await access(provides).catch(() => {
      missing.push(name);
    });
  if (missing.length === 0) return;

  const names = missing.join(' ');
  if (process.getuid?.() !== 0)
    throw new LabError(
      `missing: ${names}; installing packages needs root, and this is uid ${process.getuid?.()}: run "apt-get install ${names}" as root, then repeat the command`,
    );
  if (!(await isDebian()))
    throw new LabError(
      `missing: ${names}; they are installed automatically only on Debian: install them, then repeat the command`,
    );
  await step(`installing ${names}`, async () => {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await apt(['update', '-q'], env);
    await apt(['install', '-y', '-q', '--no-install-recommends', ...missing], env);
  });
}

async function apt(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const result = await execa('apt-get', args, { env, stdin: 'ignore', all: true, reject: false });
  if (result.exitCode !== 0)
    throw new LabError(
      `"apt-get ${args.join(' ')}" failed: ${result.all?.split('\n').slice(-5).join('\n')}`,
    );
}

async function isDebian(): Promise<boolean> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(_LIKE)?=.*debian/m.test(release);
}
