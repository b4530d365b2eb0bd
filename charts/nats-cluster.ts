import { type k8s } from 'cdk8s-plus-28';
import { NATS } from '../workloads/protocol/names';

/** Key of the password between the servers of a cluster, in the server's Secret. */
export const ROUTE_PASSWORD_KEY = 'ROUTE_PASSWORD';

const ROUTES = 'NATS_ROUTES';
const ROUTE_USER = 'route';

/** The part of the configuration that makes several servers one cluster; nothing for a single one. */
export function clusterConfig(replicas: number): string[] {
  if (replicas === 1) return [];
  return [
    'cluster {',
    `  name: "${NATS.statefulSet}"`,
    `  listen: "0.0.0.0:${NATS.ports.cluster}"`,
    // clients know the Service: the address of a pod is no use to them after it is gone
    '  no_advertise: true',
    `  authorization { user: "${ROUTE_USER}", password: $${ROUTE_PASSWORD_KEY}, timeout: 10 }`,
    `  routes: $${ROUTES}`,
    '}',
  ];
}

/**
 * The variable with the servers' URLs. They hold a password, so they are made where the password is:
 * Kubernetes puts it in, and the server reads the variable as a value of its configuration.
 */
export function routeVariables(replicas: number): k8s.EnvVar[] {
  if (replicas === 1) return [];
  const urls = Array.from({ length: replicas }, (_, index) => {
    const host = `${NATS.statefulSet}-${index}.${NATS.headlessHost}`;
    return `"nats://${ROUTE_USER}:$(${ROUTE_PASSWORD_KEY})@${host}:${NATS.ports.cluster}"`;
  });
  return [{ name: ROUTES, value: `[${urls.join(', ')}]` }];
}
