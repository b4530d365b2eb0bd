import { podTroubles } from './pods';
import { ready, type ReadinessCheck } from './readiness';

interface ServiceSpec {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly selector?: Readonly<Record<string, string>>;
}

interface EndpointSlice {
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[];
}

/** How long a Service may wait for its first pod: a workload at zero replicas has none. */
const SETTLE_MS = 10_000;

/**
 * A Service is ready when it has an endpoint and, where it asks for one, a load balancer's address.
 * One without pods is taken as ready after about ten seconds.
 */
export const serviceReadiness: ReadinessCheck = async (live, source) => {
  const spec = (live.spec ?? {}) as ServiceSpec;
  const { name, namespace } = live.metadata;
  const status = (live.status ?? {}) as { loadBalancer?: { ingress?: unknown[] } };
  if (spec.type === 'LoadBalancer' && !status.loadBalancer?.ingress?.length) {
    return {
      ready: false,
      status: 'waiting for the load balancer to give an address',
      reasons: ['Service was not allocated an IP address: does the cluster have load balancers?'],
    };
  }
  if (spec.type === 'ExternalName' || spec.clusterIP === 'None') return ready('Service is ready');
  if (Object.keys(spec.selector ?? {}).length === 0) return ready('Service is ready');

  const slices = (await source.list(
    { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', namespace },
    { 'kubernetes.io/service-name': name! },
  )) as unknown as EndpointSlice[];
  const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
  // the API reads a missing "ready" as true
  if (endpoints.some((endpoint) => endpoint.conditions?.ready !== false)) {
    return ready('Service initialization complete');
  }
  const pods = await source.list({ apiVersion: 'v1', kind: 'Pod', namespace }, spec.selector!);
  if (pods.length === 0 && source.waitedMs >= SETTLE_MS) return ready('Service has no pods');
  return {
    ready: false,
    status: pods.length === 0 ? 'looking for pods' : `0 of ${pods.length} pods ready`,
    reasons: ['Service does not target any Pods that are ready', ...podTroubles(pods)],
  };
};
