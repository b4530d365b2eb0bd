import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type LocalConfig } from './config';
import { ensurePackages, PACKAGES } from './debian-packages';
import { Buildah } from './images/buildah';
import { BASE_IMAGES } from './images/catalog';
import { imageArchive } from './images/image-archive';
import { imageReference } from './images/image';
import { LabError } from './lab-error';
import { manifestMirror } from './manifest-mirror';
import { operatorCredentials } from './nats-credentials';
import { builtHome, choosePulumi, installBuiltPulumi } from './pulumi-source';
import { isLocalStack, PROJECT_ROOT } from './stack';
import { type Toolchain } from './toolchain/toolchain';

/** Environment variables under which the Pulumi CLI, kubectl and the tests find the lab. */
export type LabEnvironment = Readonly<Record<string, string>>;

/**
 * Prepares what the Pulumi CLI needs for a stack and gives the variables that point to it.
 * For a stack on another cluster only Pulumi itself is prepared: its kubeconfig and its state stay the user's.
 * @param say takes a sentence for the user
 */
export async function labEnvironment(
  config: LocalConfig,
  toolchain: Toolchain,
  stack: string,
  say: (sentence: string) => void,
): Promise<LabEnvironment> {
  const env: Record<string, string> = { ...(await pulumiEnvironment(config, toolchain, say)) };
  if (await isLocalStack(stack)) {
    Object.assign(env, await localEnvironment(config, toolchain));
    Object.assign(env, await credentials(config, stack));
    env.PATH = [await kubectlFolder(config, toolchain), env.PATH].join(delimiter);
  }
  return env;
}

/**
 * Starts what `labEnvironment` takes long for and what needs no cluster, so that it is done while the cluster is made.
 * Faults are left to `labEnvironment`, which comes to the same ones.
 */
export function prepareEnvironment(config: LocalConfig, toolchain: Toolchain): void {
  const ignore = () => undefined;
  choosePulumi(config)
    .then(({ kind }) => (kind === 'built' ? toolchain.folder('pulumi') : undefined))
    .catch(ignore);
  baseArchives(config, toolchain).catch(ignore);
}

/**
 * Prepares Pulumi itself and gives the variables that point to it.
 * @param say takes a sentence for the user
 */
export async function pulumiEnvironment(
  config: LocalConfig,
  toolchain: Toolchain,
  say: (sentence: string) => void,
): Promise<LabEnvironment> {
  const env: Record<string, string> = {
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PATH: [join(PROJECT_ROOT, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
  };
  const source = await choosePulumi(config);
  say(source.reason);
  if (source.kind === 'built') {
    const home = builtHome(config);
    await installBuiltPulumi(toolchain, home);
    env.PULUMI_HOME = home;
    env.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION = 'true';
  }
  return env;
}

/** Where the states of stacks on the local cluster are: what the user names, or else a folder beside the cluster. */
export function localBackendUrl(config: Pick<LocalConfig, 'stateDir'>): string {
  // empty is unset to Pulumi too
  return process.env.PULUMI_BACKEND_URL || `file://${localStates(config)}`;
}

function localStates({ stateDir }: Pick<LocalConfig, 'stateDir'>): string {
  return join(stateDir, 'pulumi');
}

async function localEnvironment(
  config: LocalConfig,
  toolchain: Toolchain,
): Promise<LabEnvironment> {
  await mkdir(localStates(config), { recursive: true, mode: 0o700 });
  await ensurePackages([PACKAGES.buildah, PACKAGES.certificates]);
  const buildah = new Buildah(config.cacheDir);
  const storage = await buildah.storageConfiguration();
  const bases: Record<string, string> = {};
  for (const { image, archive, key } of await baseArchives(config, toolchain)) {
    const [component] = image.name.split(':');
    const variable = `AUTOSCALING_LAB_${component!.toUpperCase()}_IMAGE`;
    bases[variable] = await buildah.pull(archive, imageReference(image), key);
  }
  return {
    KUBECONFIG: config.kubeconfig,
    NATS_URL: `nats://127.0.0.1:${config.ports.nats}`,
    PAGE_URL: `http://127.0.0.1:${config.ports.page}/`,
    PROMETHEUS_URL: `http://127.0.0.1:${config.ports.prometheus}/`,
    CONTAINERS_STORAGE_CONF: storage,
    ...bases,
    AUTOSCALING_LAB_MANIFESTS: await manifestMirror(config.cacheDir, toolchain),
    PULUMI_BACKEND_URL: localBackendUrl(config),
    ...passphrase(process.env),
  };
}

async function baseArchives(config: LocalConfig, toolchain: Toolchain) {
  const archives = [];
  for (const image of BASE_IMAGES)
    archives.push({ image, ...(await imageArchive(config.cacheDir, toolchain, image)) });
  return archives;
}

// the lab may not be up, or not even its cluster: whoever connects then says so
async function credentials(config: LocalConfig, stack: string): Promise<LabEnvironment> {
  try {
    return await operatorCredentials(config, stack);
  } catch (error) {
    if (error instanceof LabError) return {};
    throw error;
  }
}

/** An empty passphrase where the user gives none: the state is as private as the kubeconfig beside it. */
export function passphrase(env: NodeJS.ProcessEnv): LabEnvironment {
  // the engine reads the file only where this variable is not set at all
  const hasFile = env.PULUMI_CONFIG_PASSPHRASE === undefined && env.PULUMI_CONFIG_PASSPHRASE_FILE;
  return hasFile ? {} : { PULUMI_CONFIG_PASSPHRASE: env.PULUMI_CONFIG_PASSPHRASE ?? '' };
}

/** A folder with kubectl alone: the toolchain's own also holds programs with names such as `operator`. */
async function kubectlFolder(config: LocalConfig, toolchain: Toolchain): Promise<string> {
  const folder = join(config.cacheDir, 'bin');
  const link = join(folder, 'kubectl');
  await mkdir(folder, { recursive: true });
  // of this process alone: two commands may start at once
  const draft = `${link}.${process.pid}.partial`;
  await rm(draft, { force: true });
  await symlink(await toolchain.program('kubernetes', 'kubectl'), draft);
  await rename(draft, link);
  return folder;
}
