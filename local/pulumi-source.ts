import { access, copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type LocalConfig } from './config';
import { installPlugins } from './pulumi/bundle';
import { VERSIONS } from './toolchain/sets';
import { type Toolchain } from './toolchain/toolchain';

const PROBE_TIMEOUT_MS = 5000;

/** The origin of Pulumi's engine and plugins on this machine. */
export interface PulumiSource {
  readonly kind: 'official' | 'built';
  /** One sentence for the user: the choice and its reason. */
  readonly reason: string;
}

/**
 * Chooses Pulumi's official release if it is installed or can be downloaded, and the built one otherwise.
 * @param usualHome the folder to search for a release unless PULUMI_HOME names another one
 */
export async function choosePulumi(
  config: LocalConfig,
  usualHome = join(homedir(), '.pulumi'),
): Promise<PulumiSource> {
  if (config.pulumi !== 'auto')
    return {
      kind: config.pulumi,
      reason: `Pulumi: ${config.pulumi}, set by AUTOSCALING_LAB_PULUMI`,
    };
  const home = releasedHome(config, usualHome);
  if (await pathExists(enginePath(home)))
    return { kind: 'official', reason: `Pulumi: the release in ${home}` };
  const url = `https://get.pulumi.com/releases/sdk/pulumi-v${VERSIONS.pulumi}-linux-x64.tar.gz`;
  const fault = await probe(url);
  return fault === undefined
    ? { kind: 'official', reason: 'Pulumi: the official release, downloaded by its npm package' }
    : {
        kind: 'built',
        reason: `Pulumi's download server is not reachable (${fault}): using the engine built from its Go module, with the lab's own language host and kubernetes provider plugin`,
      };
}

/** The user's Pulumi home; PULUMI_HOME may be the lab's built one, which is not a release. */
function releasedHome(config: LocalConfig, usualHome: string): string {
  const named = process.env.PULUMI_HOME;
  return named && named !== builtHome(config) ? named : usualHome;
}

/** The Pulumi home with the built engine and the lab's own plugins. */
export function builtHome({ cacheDir }: Pick<LocalConfig, 'cacheDir'>): string {
  return join(cacheDir, 'pulumi-home');
}

/** Installs the built engine and the plugins where Pulumi's npm package and the engine look for them. */
export async function installBuiltPulumi(toolchain: Toolchain, pulumiHome: string): Promise<void> {
  await installEngine(await toolchain.program('pulumi', 'pulumi'), pulumiHome);
  await disableEngineLogs(pulumiHome);
  await installPlugins(pulumiHome);
}

/** Copies a built engine to where Pulumi's npm package looks for it, unless it is already installed. */
export async function installEngine(engine: string, pulumiHome: string): Promise<void> {
  const target = enginePath(pulumiHome);
  const source = `${target}.source`;
  if ((await readFile(source, 'utf8').catch(() => '')) !== engine) {
    // one name per process: two commands may start at the same time
    const draft = `${target}.${process.pid}.partial`;
    await mkdir(join(target, '..'), { recursive: true });
    await copyFile(engine, draft);
    await rename(draft, target);
    await writeFile(source, engine);
  }
}

/** The engine writes an encrypted log of about 27 MB per run, for Pulumi's support; a file at the path of the log folder prevents that. */
async function disableEngineLogs(pulumiHome: string): Promise<void> {
  const logs = join(pulumiHome, 'logs');
  if ((await stat(logs).catch(() => undefined))?.isFile()) return;
  await rm(logs, { recursive: true, force: true });
  await writeFile(logs, '');
}

function enginePath(home: string): string {
  return join(home, 'versions', VERSIONS.pulumi, 'bin', 'pulumi');
}

async function probe(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      method: 'HEAD',
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    return response.ok ? undefined : `HTTP ${response.status}`;
  } catch (error) {
    const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
    return cause?.code ?? message;
  }
}

function pathExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
