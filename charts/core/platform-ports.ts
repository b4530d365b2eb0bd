import { NATS, REDIS } from '../../workloads/protocol/names';
import { type Edge, podsOf } from './edge';

const nats = podsOf(NATS.namespace, NATS.statefulSet);

/** What services connect to beside each other, by the name that their descriptors use. */
export const PLATFORM_PORTS = {
  natsClient: { to: nats, ports: [NATS.ports.client] },
  natsWebsocket: { to: nats, ports: [NATS.ports.websocket] },
  natsCluster: { to: nats, ports: [NATS.ports.cluster] },
  natsMonitor: { to: nats, ports: [NATS.ports.monitor] },
  redis: { to: podsOf(REDIS.namespace, REDIS.statefulSet), ports: [REDIS.port] },
  // no pod that a policy could select; its own ports are meant, not the Service's: most managed
  // control planes, kubeadm (also kind and k3d), minikube
  apiServer: { to: 'anywhere', ports: [443, 6443, 8443] },
} as const satisfies Readonly<Record<string, Pick<Edge, 'to' | 'ports'>>>;

/** One of {@link PLATFORM_PORTS}. */
export type PlatformPort = keyof typeof PLATFORM_PORTS;
