import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { KubeConfig } from '@kubernetes/client-node';
import { userKubeConfig } from '../../user-kubeconfig';

/** What the program says about the cluster and about how objects are handled. */
export interface ProviderConfig {
  /** Content of a kubeconfig, or the path of one. @default - the files of KUBECONFIG, otherwise ~/.kube/config */
  readonly kubeconfig?: string;
  /** Name of a context. @default - the kubeconfig's current context */
  readonly context?: string;
  /** Name of a cluster, in place of the context's own. @default - the context's */
  readonly cluster?: string;
  /** Names the cluster across kubeconfig changes: another value replaces all resources. */
  readonly clusterIdentifier?: string;
  /** Namespace of objects that name none. @default - the context's, then "default" */
  readonly namespace?: string;
  /** Whether the data of a ConfigMap is updated in place. @default false */
  readonly enableConfigMapMutable: boolean;
  /** Whether the data of a Secret is updated in place. @default false */
  readonly enableSecretMutable: boolean;
  /** Whether updates take the fields of other managers. @default false */
  readonly enablePatchForce: boolean;
  /** Whether a create takes over an object that exists. @default false */
  readonly upsertExistingObjects: boolean;
}

/** A setting that is wrong or that the local provider does not serve. */
export interface ConfigFailure {
  readonly property: string;
  readonly reason: string;
}

/** Reads the provider's settings; those of the official provider that change nothing here are ignored. */
export function readProviderConfig(inputs: Record<string, unknown>): ProviderConfig {
  return {
    kubeconfig: text(inputs.kubeconfig),
    context: text(inputs.context),
    cluster: text(inputs.cluster),
    clusterIdentifier: text(inputs.clusterIdentifier),
    namespace: text(inputs.namespace),
    enableConfigMapMutable: flag(
      inputs.enableConfigMapMutable,
      'PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE',
    ),
    enableSecretMutable: flag(inputs.enableSecretMutable, 'PULUMI_K8S_ENABLE_SECRET_MUTABLE'),
    enablePatchForce: flag(inputs.enablePatchForce, 'PULUMI_K8S_ENABLE_PATCH_FORCE'),
    upsertExistingObjects: flag(inputs.upsertExistingObjects, 'PULUMI_K8S_UPSERT_EXISTING_OBJECTS'),
  };
}

/** Lists what is wrong with the provider's settings. */
export function checkProviderConfig(inputs: Record<string, unknown>): ConfigFailure[] {
  const failures: ConfigFailure[] = [];
  if (inputs.enableServerSideApply !== undefined && !flag(inputs.enableServerSideApply)) {
    failures.push({
      property: 'enableServerSideApply',
      reason: '"enableServerSideApply" is false: the local provider applies on the server only',
    });
  }
  if (text(inputs.renderYamlToDirectory) !== undefined) {
    failures.push({
      property: 'renderYamlToDirectory',
      reason: '"renderYamlToDirectory" is not served by the local provider: remove it',
    });
  }
  return failures;
}

/**
 * Loads the kubeconfig and selects the context.
 *
 * @throws Error where there is no kubeconfig, or it does not hold the context or the cluster
 */
export function loadKubeConfig(config: ProviderConfig): KubeConfig {
  const { kube, source } = readSource(config.kubeconfig);
  const contexts = kube.getContexts().map(({ name }) => name);
  const context = config.context ?? kube.getCurrentContext();
  if (!contexts.includes(context)) {
    const known = contexts.length > 0 ? `it has ${contexts.map(quote).join(', ')}` : 'it has none';
    throw new Error(
      context
        ? `context "${context}" is not in ${source}: ${known}; set "context" to one of them`
        : `${source} names no current context: ${known}; set "context" to one of them`,
    );
  }
  kube.setCurrentContext(context);
  if (config.cluster !== undefined) {
    if (kube.getCluster(config.cluster) === null) {
      throw new Error(`cluster "${config.cluster}" is not in ${source}`);
    }
    const selected = kube.getContextObject(context)!;
    kube.contexts = kube.contexts.map((item) =>
      item === selected ? { ...item, cluster: config.cluster! } : item,
    );
  }
  if (kube.getCurrentCluster() === null) {
    throw new Error(`context "${context}" in ${source} names a cluster that is not there`);
  }
  return kube;
}

function readSource(kubeconfig: string | undefined): { kube: KubeConfig; source: string } {
  if (kubeconfig === undefined) {
    const { KUBECONFIG } = process.env;
    const source = KUBECONFIG ? `kubeconfig "${KUBECONFIG}"` : 'the default kubeconfig';
    return { kube: userKubeConfig(), source };
  }
  const kube = new KubeConfig();
  const path = kubeconfig.replace(/^~(?=\/|$)/, homedir());
  if (!kubeconfig.includes('\n') && !kubeconfig.trimStart().startsWith('{')) {
    if (!existsSync(path)) {
      throw new Error(
        `kubeconfig "${kubeconfig}" does not exist: give a path that does, or the content`,
      );
    }
    kube.loadFromFile(path);
    return { kube, source: `kubeconfig "${kubeconfig}"` };
  }
  kube.loadFromString(kubeconfig);
  return { kube, source: 'the given kubeconfig' };
}

/** The address of the API server that the settings lead to; undefined where they lead nowhere. */
export function serverOf(config: ProviderConfig): string | undefined {
  try {
    return loadKubeConfig(config).getCurrentCluster()?.server;
  } catch {
    // a kubeconfig that is gone says nothing about which cluster it led to
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function flag(value: unknown, variable?: string): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return value === 'true';
  return variable !== undefined && /^(1|true)$/i.test(process.env[variable] ?? '');
}

function quote(value: string): string {
  return `"${value}"`;
}
