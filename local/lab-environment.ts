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

/** Environment variables with which the Pulumi CLI, kubectl and the tests find the lab. */
export type LabEnvironment = Readonly<Record<string, string>>;

/**
 * Prepares what the Pulumi CLI needs for a stack and returns the variables that point to it.
 * For a stack on another cluster only Pulumi itself is prepared: kubeconfig and state are the user's own.
 * @param say prints a sentence for the user
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
 * Starts the slow parts of `labEnvironment` that need no cluster, to run them while the cluster is created.
 * Errors are ignored here, since `labEnvironment` runs into them again.
 */
export function prepareEnvironment(config: LocalConfig, toolchain: Toolchain): void {
  const ignore = () => undefined;
  choosePulumi(config)
    .then(({ kind }) => (kind === 'built' ? toolchain.folder('pulumi') : undefined))
    .catch(ignore);
  baseArchives(config, toolchain).catch(ignore);
}

/**
 * Prepares Pulumi itself and returns the variables that point to it.
 * @param say prints a sentence for the user
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

/** The backend of stacks on the local cluster: the user's choice, or a folder next to the cluster's files. */
export function localBackendUrl(config: Pick<LocalConfig, 'stateDir'>): string {
  // Pulumi also treats empty as unset
  return process.env.PULUMI_BACKEND_URL || `file://${localStateFolder(config)}`;
}

function localStateFolder({ stateDir }: Pick<LocalConfig, 'stateDir'>): string {
  return join(stateDir, 'pulumi');
}

async function localEnvironment(
  config: LocalConfig,
  toolchain: Toolchain,
): Promise<LabEnvironment> {
  await mkdir(localStateFolder(config), { recursive: true, mode: 0o700 });
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

// the lab or its cluster may not be up: the client that connects reports that
async function credentials(config: LocalConfig, stack: string): Promise<LabEnvironment> {
  try {
    return await operatorCredentials(config, stack);
  } catch (error) {
    if (error instanceof LabError) return {};
    throw error;
  }
}

/** An empty passphrase if the user sets none: the state is as private as the kubeconfig next to it. */
export function passphrase(env: NodeJS.ProcessEnv): LabEnvironment {
  // the engine reads the file only if this variable is unset
  const hasFile = env.PULUMI_CONFIG_PASSPHRASE === undefined && env.PULUMI_CONFIG_PASSPHRASE_FILE;
  return hasFile ? {} : { PULUMI_CONFIG_PASSPHRASE: env.PULUMI_CONFIG_PASSPHRASE ?? '' };
}

/** A folder with only kubectl: the toolchain's own folder also has programs with names such as `operator`. */
async function kubectlFolder(config: LocalConfig, toolchain: Toolchain): Promise<string> {
  const folder = join(config.cacheDir, 'bin');
  const link = join(folder, 'kubectl');
  await mkdir(folder, { recursive: true });
  // one name per process: two commands may start at the same time
  const draft = `${link}.${process.pid}.partial`;
  await rm(draft, { force: true });
  await symlink(await toolchain.program('kubernetes', 'kubectl'), draft);
  await rename(draft, link);
  return folder;
}
