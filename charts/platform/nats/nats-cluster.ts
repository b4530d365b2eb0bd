import { type k8s } from 'cdk8s-plus-28';
import { NATS } from '../../../workloads/protocol/names';
import { routeTls } from './nats-tls';

/** Key of the password between the servers of a cluster, in the server's Secret. */
export const ROUTE_PASSWORD_KEY = 'ROUTE_PASSWORD';

const CLUSTER_SECRETS = 'autoscaling-lab/cluster-secrets';
const ROUTES = 'NATS_ROUTES';
const ADVERTISED = 'NATS_ADVERTISED';
const ROUTE_USER = 'route';

/** The part of the configuration that makes several servers one cluster; nothing for a single one. */
export function clusterConfig(replicas: number, tls: boolean): string[] {
  if (replicas === 1) return [];
  return [
    'cluster {',
    `  name: "${NATS.statefulSet}"`,
    `  listen: "0.0.0.0:${NATS.ports.cluster}"`,
    // a server that was cut off does not disconnect; half a minute between pings would keep it on the list
    '  ping_interval: "5s"',
    `  authorization { user: "${ROUTE_USER}", password: $${ROUTE_PASSWORD_KEY}, timeout: 10 }`,
    `  routes: $${ROUTES}`,
    ...(tls ? routeTls().map((line) => `  ${line}`) : []),
    '}',
    // the lab's own clients know the Service and leave the list alone; KEDA finds the leader by it, and
    // gives up at the first server that does not answer: without a list it asks those of the routes
    `client_advertise: $${ADVERTISED}`,
  ];
}

/**
 * Marks the volumes of a cluster with what its servers know each other by. Servers of before and
 * after a change do not take each other, so that a rolling update would wait for the first new one
 * for ever: a volume template cannot be changed, so this replaces the StatefulSet, and all servers
 * start anew at once on the volumes that they had. Nothing for a single server.
 */
export function clusterSecrets(
  replicas: number,
  secretRotation: number,
  tls: boolean,
): Record<string, string> | undefined {
  if (replicas === 1) return undefined;
  return { [CLUSTER_SECRETS]: `${secretRotation}${tls ? '-tls' : ''}` };
}

/**
 * The variables that the configuration reads as values: the servers' URLs, which hold a password and are
 * made where it is, and this server's own name. Kubernetes puts both in.
 */
export function clusterVariables(replicas: number): k8s.EnvVar[] {
  if (replicas === 1) return [];
  const urls = Array.from({ length: replicas }, (_, index) => {
    const host = `${NATS.statefulSet}-${index}.${NATS.headlessHost}`;
    return `"nats://${ROUTE_USER}:$(${ROUTE_PASSWORD_KEY})@${host}:${NATS.ports.cluster}"`;
  });
  return [
    { name: ROUTES, value: `[${urls.join(', ')}]` },
    { name: ADVERTISED, value: `"$(POD_NAME).${NATS.headlessHost}:${NATS.ports.client}"` },
  ];
}
