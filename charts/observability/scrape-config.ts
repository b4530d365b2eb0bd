import { KUBE_STATE_METRICS, NAMESPACES, PROMETHEUS, WORKER } from '../../workloads/protocol/names';

/** One rule of Prometheus' relabelling; the names are those of its configuration. */
export interface RelabelConfig {
  readonly source_labels?: readonly string[];
  readonly regex?: string;
  readonly target_label?: string;
  readonly replacement?: string;
  readonly action?: 'replace' | 'keep' | 'drop' | 'labeldrop' | 'labelmap';
}

/** One job of Prometheus' configuration, as far as the lab uses it. */
export interface ScrapeConfig {
  readonly job_name: string;
  readonly scrape_interval?: string;
  readonly metrics_path?: string;
  readonly honor_labels?: boolean;
  readonly scheme?: 'http' | 'https';
  readonly authorization?: { readonly credentials_file: string };
  readonly tls_config?: { readonly ca_file: string; readonly insecure_skip_verify: boolean };
  readonly static_configs?: readonly { readonly targets: readonly string[] }[];
  readonly kubernetes_sd_configs?: readonly {
    readonly role: 'pod' | 'node';
    readonly namespaces?: { readonly names: readonly string[] };
  }[];
  readonly relabel_configs?: readonly RelabelConfig[];
  readonly metric_relabel_configs?: readonly RelabelConfig[];
}

/** Where the lab's own programs run; each is scraped at its container port named `metrics`. */
export const SCRAPED_NAMESPACES = [
  NAMESPACES.memeGenerator,
  NAMESPACES.messaging,
  NAMESPACES.cache,
  NAMESPACES.monitoring,
] as const;

/** Port of the pods of KEDA that have metrics. */
export const KEDA_METRICS_PORT = 8080;
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
// cAdvisor looks at a container every ten seconds at most, so asking more often gives nothing new
const KUBELET_INTERVAL = '10s';

/** What the dashboards and rules read of the hundreds of series that each node has for each container. */
const CADVISOR_METRICS = [
  'container_cpu_usage_seconds_total',
  'container_cpu_cfs_periods_total',
  'container_cpu_cfs_throttled_periods_total',
  'container_cpu_cfs_throttled_seconds_total',
  'container_memory_working_set_bytes',
] as const;

const KUBELET_METRICS = ['kubelet_running_pods', 'kubelet_running_containers'] as const;

/** Label of a target that is made from a pod: one that ended is no target. */
const RUNNING_POD: RelabelConfig = {
  source_labels: ['__meta_kubernetes_pod_phase'],
  regex: 'Succeeded|Failed',
  action: 'drop',
};

const POD_LABELS: readonly RelabelConfig[] = [
  { source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' },
  { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
];

/**
 * What Prometheus scrapes, and how.
 *
 * @param kubeletInsecureTls accept kubelet certificates that the cluster's CA did not sign: local clusters only
 */
export function scrapeConfigs(kubeletInsecureTls: boolean): ScrapeConfig[] {
  return [
    { job_name: 'prometheus', static_configs: [{ targets: [`localhost:${PROMETHEUS.port}`] }] },
    labPods(),
    kubeStateMetrics(),
    kedaPods(),
    nodes('kubelet', '/metrics', KUBELET_METRICS, kubeletInsecureTls),
    nodes('cadvisor', '/metrics/cadvisor', CADVISOR_METRICS, kubeletInsecureTls),
  ];
}

function labPods(): ScrapeConfig {
  return {
    job_name: 'lab',
    // the observer speaks of other pods than its own: what a program says of itself is not overwritten
    honor_labels: true,
    kubernetes_sd_configs: [{ role: 'pod', namespaces: { names: SCRAPED_NAMESPACES } }],
    relabel_configs: [
      RUNNING_POD,
      {
        source_labels: ['__meta_kubernetes_pod_container_port_name'],
        regex: WORKER.metricsPortName,
        action: 'keep',
      },
      {
        source_labels: ['__meta_kubernetes_pod_label_app_kubernetes_io_name'],
        target_label: 'job',
      },
      ...POD_LABELS,
    ],
  };
}

function kubeStateMetrics(): ScrapeConfig {
  const { host, ports } = KUBE_STATE_METRICS;
  return {
    job_name: 'kube-state-metrics',
    honor_labels: true,
    static_configs: [{ targets: [`${host}:${ports.metrics}`] }],
    // the exporter's own address would make new series at each of its restarts
    relabel_configs: [{ target_label: 'instance', replacement: KUBE_STATE_METRICS.service }],
  };
}

function kedaPods(): ScrapeConfig {
  return {
    job_name: 'keda',
    honor_labels: true,
    kubernetes_sd_configs: [{ role: 'pod', namespaces: { names: [NAMESPACES.keda] } }],
    relabel_configs: [
      RUNNING_POD,
      {
        source_labels: ['__meta_kubernetes_pod_container_port_number'],
        regex: String(KEDA_METRICS_PORT),
        action: 'keep',
      },
      { source_labels: ['__meta_kubernetes_pod_label_app'], target_label: 'job' },
      ...POD_LABELS,
    ],
    metric_relabel_configs: [keepOnly(['keda_scale.*', 'keda_build_info', 'process_.*'])],
  };
}

function nodes(
  job: string,
  path: string,
  metrics: readonly string[],
  insecureTls: boolean,
): ScrapeConfig {
  return {
    job_name: job,
    scrape_interval: KUBELET_INTERVAL,
    scheme: 'https',
    metrics_path: path,
    honor_labels: true,
    authorization: { credentials_file: `${SERVICE_ACCOUNT}/token` },
    tls_config: { ca_file: `${SERVICE_ACCOUNT}/ca.crt`, insecure_skip_verify: insecureTls },
    kubernetes_sd_configs: [{ role: 'node' }],
    relabel_configs: [
      { source_labels: ['__meta_kubernetes_node_name'], target_label: 'node' },
      { source_labels: ['__meta_kubernetes_node_name'], target_label: 'instance' },
    ],
    metric_relabel_configs: [keepOnly(metrics)],
  };
}

function keepOnly(metrics: readonly string[]): RelabelConfig {
  return { source_labels: ['__name__'], regex: metrics.join('|'), action: 'keep' };
}
