import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { partLabels } from '../../core/labels';
import { type Edge, type Peer } from '../../core/edge';

const NAMESPACE_LABEL = 'kubernetes.io/metadata.name';
const DENY_ALL = 'deny-all';
/** Name of the policy of a part that is a whole namespace. */
const EVERY_POD = 'every-pod';

/**
 * NetworkPolicies from the table of edges: in the namespaces given nothing connects, and each end of
 * an edge that is in one of them is allowed it.
 */
export class NetworkPolicies extends Chart {
  constructor(scope: Construct, id: string, namespaces: readonly string[], edges: readonly Edge[]) {
    super(scope, id, { labels: partLabels({ name: 'network', component: 'policy' }) });
    for (const namespace of namespaces) {
      new k8s.KubeNetworkPolicy(this, `${namespace}-${DENY_ALL}`, {
        metadata: { name: DENY_ALL, namespace },
        spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      });
    }
    for (const part of partsIn(edges, namespaces)) addPolicy(this, part, edges);
  }
}

function partsIn(edges: readonly Edge[], namespaces: readonly string[]): Peer[] {
  const ends = edges
    .flatMap(({ from, to }) => [from, to])
    .filter((end) => end !== 'anywhere')
    .filter(({ namespace }) => namespace !== undefined && namespaces.includes(namespace));
  return [...new Map(ends.map((part) => [`${part.namespace}/${nameOf(part)}`, part])).values()];
}

function addPolicy(chart: Chart, part: Peer, edges: readonly Edge[]): void {
  const ingress = edges
    .filter(({ to }) => isSame(to, part))
    .map((edge) => ({ from: peers(edge.from), ports: portsOf(edge) }));
  const egress = edges
    .filter(({ from }) => isSame(from, part))
    .map((edge) => ({ to: peers(edge.to), ports: portsOf(edge) }));
  new k8s.KubeNetworkPolicy(chart, `${part.namespace}-${nameOf(part)}`, {
    metadata: { name: nameOf(part), namespace: part.namespace },
    spec: {
      podSelector: { matchLabels: part.labels },
      policyTypes: ['Ingress', 'Egress'],
      ingress,
      egress,
    },
  });
}

// a rule without a peer matches every peer
function peers(end: Edge['from']): k8s.NetworkPolicyPeer[] | undefined {
  if (end === 'anywhere') return undefined;
  const { namespace } = end;
  const podSelector = Object.keys(end.labels).length > 0 && { matchLabels: end.labels };
  return [
    {
      namespaceSelector:
        namespace === undefined ? {} : { matchLabels: { [NAMESPACE_LABEL]: namespace } },
      ...(podSelector && { podSelector }),
    },
  ];
}

function portsOf({ ports, protocols }: Edge): k8s.NetworkPolicyPort[] {
  return protocols.flatMap((protocol) =>
    ports.map((port) => ({ protocol, port: k8s.IntOrString.fromNumber(port) })),
  );
}

function isSame(end: Edge['from'], part: Peer): boolean {
  return end !== 'anywhere' && end.namespace === part.namespace && nameOf(end) === nameOf(part);
}

function nameOf({ labels }: Peer): string {
  return Object.values(labels).join('-') || EVERY_POD;
}
