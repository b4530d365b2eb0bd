import {
  AUTH_CALLOUT,
  FRONTEND,
  GRAFANA,
  KUBE_STATE_METRICS,
  LOAD,
  METRICS_HTTP,
  NAMESPACES,
  NATS,
  OBSERVER,
  PROMETHEUS,
  REDIS,
  WORKER,
} from '../../../workloads/protocol/names';
import { type LabProps } from '../../lab-props';
import { KEDA_METRICS_PORT } from '../../observability/scrape-config';
import { NAME_LABEL } from '../../core/labels';

/** Pods that connect, or are connected to. */
export interface Part {
  /** Without one, every namespace. */
  readonly namespace?: string;
  /** What selects its pods; without labels every pod of the namespace. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A connection that is allowed; what stands in no edge is not. */
export interface Edge {
  /** `anywhere` is whatever is outside the cluster, or a node of it. */
  readonly from: Part | 'anywhere';
  readonly to: Part | 'anywhere';
  /** Ports of the pods that are connected to. */
  readonly ports: readonly number[];
  /** Over which protocols. */
  readonly protocols: readonly ('TCP' | 'UDP')[];
}

/** What the table depends on. */
export interface EdgeOptions {
  /** Whether clients outside the cluster come to NATS. */
  readonly natsPublished: boolean;
  /** Whether Prometheus is published on the nodes. */
  readonly prometheusPublished: boolean;
  /** Whether workers ask a model on the internet. */
  readonly model: boolean;
  /** Whose Prometheus scrapes the lab. */
  readonly monitoring: LabProps['monitoring'];
  /** URL of the receiver that workers export their traces to. */
  readonly otlpEndpoint?: string;
}

const named = (namespace: string, name: string): Part => ({
  namespace,
  labels: { [NAME_LABEL]: name },
});

const nats = named(NATS.namespace, NATS.statefulSet);
const redis = named(REDIS.namespace, REDIS.statefulSet);
const worker = named(WORKER.namespace, WORKER.deployment);
const bootstrap = named(WORKER.namespace, WORKER.bootstrapJob);
const load = named(LOAD.namespace, LOAD.deployment);
const frontend = named(FRONTEND.namespace, FRONTEND.deployment);
const callout = named(AUTH_CALLOUT.namespace, AUTH_CALLOUT.deployment);
const observer = named(OBSERVER.namespace, OBSERVER.deployment);
const prometheus = named(PROMETHEUS.namespace, PROMETHEUS.deployment);
// as the Prometheus operator labels its pods; in which namespace they are, no setting says
const clusterPrometheus: Part = { labels: { [NAME_LABEL]: 'prometheus' } };
const stateMetrics = named(KUBE_STATE_METRICS.namespace, KUBE_STATE_METRICS.deployment);
const grafana = named(GRAFANA.namespace, GRAFANA.deployment);
const keda: Part = { namespace: NAMESPACES.keda, labels: {} };
const dns: Part = { namespace: NAMESPACES.kubeSystem, labels: { 'k8s-app': 'kube-dns' } };

// the API server is no pod that a policy could select, and neither is a kubelet; its own ports are
// meant, not the Service's: most managed control planes, kubeadm (also kind and k3d), minikube
const API_SERVER = [443, 6443, 8443];
const KUBELET = 10250;

const tcp = (from: Edge['from'], to: Edge['to'], ...ports: readonly number[]): Edge => ({
  from,
  to,
  ports,
  protocols: ['TCP'],
});

/** Every connection that the lab's own pods take part in. */
export function allowedEdges(options: EdgeOptions): Edge[] {
  const own = [
    nats,
    redis,
    worker,
    bootstrap,
    load,
    frontend,
    callout,
    observer,
    prometheus,
    stateMetrics,
    grafana,
  ];
  const { client, monitor, websocket, cluster } = NATS.ports;
  const scraper = options.monitoring === 'operator' ? clusterPrometheus : prometheus;
  const scraped = [worker, load, callout, observer];
  return [
    ...own.map((from): Edge => ({ from, to: dns, ports: [53], protocols: ['UDP', 'TCP'] })),
    ...[worker, bootstrap, load, callout, observer].map((from) => tcp(from, nats, client)),
    ...(options.natsPublished ? [tcp('anywhere', nats, client)] : []),
    tcp(frontend, nats, websocket),
    tcp(nats, nats, cluster),
    tcp(observer, nats, monitor),
    // asks for the lag
    tcp(keda, nats, monitor),
    tcp(worker, redis, REDIS.port),
    tcp(observer, redis, REDIS.port),
    ...(options.model ? [tcp(worker, 'anywhere', 443)] : []),
    ...(options.otlpEndpoint === undefined ? [] : [traces(worker, options.otlpEndpoint)]),
    tcp('anywhere', frontend, FRONTEND.port),
    tcp(load, frontend, FRONTEND.port),
    ...[observer, prometheus, stateMetrics].map((from) => tcp(from, 'anywhere', ...API_SERVER)),
    tcp(prometheus, 'anywhere', KUBELET),
    ...scraped.map((to) => tcp(scraper, to, METRICS_HTTP.metricsPort)),
    tcp(scraper, keda, KEDA_METRICS_PORT),
    tcp(prometheus, stateMetrics, KUBE_STATE_METRICS.ports.metrics),
    tcp(grafana, prometheus, PROMETHEUS.port),
    tcp(keda, prometheus, PROMETHEUS.port),
    ...(options.prometheusPublished ? [tcp('anywhere', prometheus, PROMETHEUS.port)] : []),
  ];
}

// a policy sees the port of the pod behind a Service, and knows no names outside the cluster
function traces(from: Part, endpoint: string): Edge {
  const { protocol, hostname, port } = new URL(endpoint);
  const service = /(?:^|\.)([^.]+)\.svc(?:\.|$)/.exec(hostname);
  // a name without a dot is a Service in the namespace of who asks
  const namespace = hostname.includes('.') ? service?.[1] : from.namespace;
  const to = namespace === undefined ? 'anywhere' : { namespace, labels: {} };
  return tcp(from, to, Number(port || (protocol === 'https:' ? 443 : 80)));
}
