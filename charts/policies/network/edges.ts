import {
  GRAFANA,
  KUBE_STATE_METRICS,
  NAMESPACES,
  NATS,
  PROMETHEUS,
  REDIS,
} from '../../../workloads/protocol/names';
import { type Edge, type Peer, podsOf, tcp } from '../../core/edge';
import { NAME_LABEL } from '../../core/labels';
import { PLATFORM_PORTS, type PlatformPort } from '../../core/platform-ports';
import { platformPortsOf, type Service, servicePods } from '../../core/service';
import { type LabProps } from '../../lab-props';
import { KEDA_METRICS_PORT } from '../../observability/scrape-config';
import { SERVICES } from '../../services';

const services: readonly Service[] = SERVICES;
const nats = podsOf(NATS.namespace, NATS.statefulSet);
const redis = podsOf(REDIS.namespace, REDIS.statefulSet);
const prometheus = podsOf(PROMETHEUS.namespace, PROMETHEUS.deployment);
// as the Prometheus operator labels its pods; in which namespace they are, no setting says
const clusterPrometheus: Peer = { labels: { [NAME_LABEL]: 'prometheus' } };
const stateMetrics = podsOf(KUBE_STATE_METRICS.namespace, KUBE_STATE_METRICS.deployment);
const grafana = podsOf(GRAFANA.namespace, GRAFANA.deployment);
const keda: Peer = { namespace: NAMESPACES.keda, labels: {} };
const dns: Peer = { namespace: NAMESPACES.kubeSystem, labels: { 'k8s-app': 'kube-dns' } };

// no pod that a policy could select
const KUBELET = 10250;

/** Every connection that the lab's own pods take part in: those of its services, and of the platform. */
export function allowedEdges(lab: LabProps): Edge[] {
  const own = [nats, redis, ...services.map(servicePods), prometheus, stateMetrics, grafana];
  const scraper = lab.monitoring === 'operator' ? clusterPrometheus : prometheus;
  return [
    ...own.map((from): Edge => ({ from, to: dns, ports: [53], protocols: ['UDP', 'TCP'] })),
    ...(Object.keys(PLATFORM_PORTS) as PlatformPort[]).flatMap((port) => toPlatform(port, lab)),
    ...services.flatMap((service) => service.edges?.(lab) ?? []),
    tcp(prometheus, 'anywhere', KUBELET),
    ...services.flatMap((service) =>
      service.metricsPort === undefined
        ? []
        : [tcp(scraper, servicePods(service), service.metricsPort)],
    ),
    tcp(scraper, keda, KEDA_METRICS_PORT),
    tcp(prometheus, stateMetrics, KUBE_STATE_METRICS.ports.metrics),
    tcp(grafana, prometheus, PROMETHEUS.port),
    tcp(keda, prometheus, PROMETHEUS.port),
    ...(lab.prometheusNodePort === undefined ? [] : [tcp('anywhere', prometheus, PROMETHEUS.port)]),
  ];
}

function toPlatform(port: PlatformPort, lab: LabProps): Edge[] {
  const { to, ports } = PLATFORM_PORTS[port];
  const users = services.filter((service) => platformPortsOf(service).includes(port));
  return [...users.map(servicePods), ...othersAt(port, lab)].map((from) => tcp(from, to, ...ports));
}

/** Who connects to a port of the platform and is no service. */
function othersAt(port: PlatformPort, { natsNodePort }: LabProps): readonly Edge['from'][] {
  switch (port) {
    case 'natsClient':
      return natsNodePort === undefined ? [] : ['anywhere'];
    case 'natsCluster':
      return [nats];
    case 'natsMonitor':
      // asks for the lag
      return [keda];
    case 'apiServer':
      return [prometheus, stateMetrics];
    default:
      return [];
  }
}
