import { log } from '@pulumi/pulumi';
import { OWNER_LABELS } from '../../charts/core/labels';
import { ClusterApi } from './cluster-api';
import { openContext } from './kube-context';
import { UserError } from '../user-error';

/** What the program knows about the cluster before it plans anything. */
export interface Cluster {
  readonly context: string;
  readonly server: string;
  /** The API server's version, for example `v1.35.4`. */
  readonly version: string;
  /** What images must be built for, for example `linux/amd64`. */
  readonly platform: string;
  /** Someone else serves `metrics.k8s.io`, so the lab must not install its own metrics-server. */
  readonly hasOwnMetricsServer: boolean;
  /** The cluster knows the kinds by which the Prometheus operator is told what to scrape. */
  readonly hasPrometheusOperator: boolean;
}

/**
 * Looks at the cluster of the named context, and refuses before anything is planned where it is
 * not there: the provider itself would let such a preview pass.
 *
 * @throws UserError in one sentence: kubeconfig missing, context unknown, no answer, no access
 */
export async function inspectCluster(
  context: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Cluster> {
  const api = new ClusterApi(openContext(context, env), context);
  const version = await serverVersion(api);
  const [platform, hasOwnMetricsServer, hasPrometheusOperator] = await Promise.all([
    nodePlatform(api),
    servesForeignMetrics(api),
    knowsPodMonitors(api),
  ]);
  return {
    context,
    server: api.server,
    version,
    platform,
    hasOwnMetricsServer,
    hasPrometheusOperator,
  };
}

async function serverVersion(api: ClusterApi): Promise<string> {
  const { status, body } = await api.get('/version');
  const version = (body as { gitVersion?: unknown } | null)?.gitVersion;
  if (status === 200 && typeof version === 'string') return version;
  if (status === 401 || status === 403) throw noAccess(api, '/version', status);
  throw new UserError(
    `"kubeContext": got "${api.context}", but ${api.server} is no Kubernetes API server: ` +
      `GET /version answered ${status}; name another context: pulumi config set kubeContext <name>`,
  );
}

function noAccess(api: ClusterApi, path: string, status: number): UserError {
  return new UserError(
    `the cluster of context "${api.context}" refuses its credentials: GET ${api.server}${path} ` +
      `answered ${status}; log in to the cluster again, then repeat`,
  );
}

async function servesForeignMetrics(api: ClusterApi): Promise<boolean> {
  const path = '/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io';
  const { status, body } = await api.get(path);
  if (status === 404) return false;
  if (status === 200) {
    const { metadata } = body as { metadata: { labels?: Record<string, string> } };
    // installed by this stack, or by an interrupted run of it: then it stays in the plan
    return Object.entries(OWNER_LABELS).some(([key, value]) => metadata.labels?.[key] !== value);
  }
  throw unexpectedAnswer(api, path, status, 'who serves its metrics');
}

/** What to throw where the API server's answer has another status than a caller knows. */
export function unexpectedAnswer(
  api: ClusterApi,
  path: string,
  status: number,
  what: string,
): UserError {
  if (status === 401 || status === 403) return noAccess(api, path, status);
  return new UserError(
    `the cluster of context "${api.context}" cannot say ${what}: GET ${api.server}${path} ` +
      `answered ${status}; wait until its API server is healthy, then repeat`,
  );
}

async function knowsPodMonitors(api: ClusterApi): Promise<boolean> {
  const path = '/apis/monitoring.coreos.com/v1';
  const { status, body } = await api.get(path);
  if (status === 404) return false;
  if (status !== 200)
    throw unexpectedAnswer(api, path, status, 'whether it has a Prometheus operator');
  const { resources } = body as { readonly resources: readonly { readonly kind: string }[] };
  return resources.some(({ kind }) => kind === 'PodMonitor');
}

interface NodeList {
  readonly items: readonly {
    readonly status?: {
      readonly nodeInfo?: { readonly operatingSystem: string; readonly architecture: string };
    };
  }[];
}

async function nodePlatform(api: ClusterApi): Promise<string> {
  const { status, body } = await api.get('/api/v1/nodes');
  const found =
    status === 200
      ? (body as NodeList).items.flatMap(({ status: { nodeInfo } = {} }) =>
          nodeInfo ? [`${nodeInfo.operatingSystem}/${nodeInfo.architecture}`] : [],
        )
      : [];
  const platforms = [...new Set(found)].filter((platform) => platform.startsWith('linux/'));
  if (platforms.length === 1) return platforms[0];
  const own = hostPlatform();
  await log.info(
    platforms.length === 0
      ? `no node of context "${api.context}" says its platform; images are built for ${own}`
      : `nodes of context "${api.context}" are of ${platforms.join(' and ')}; images are built for ${own}`,
  );
  return own;
}

/** The platform of Linux images that run natively on this machine. */
export function hostPlatform(): string {
  const names: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };
  return `linux/${names[process.arch] ?? process.arch}`;
}
