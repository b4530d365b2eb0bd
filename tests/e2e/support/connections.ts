import { type CoreV1Api, type V1Pod } from '@kubernetes/client-node';
import { NODE_PLACES } from '../../../local/node/node-place';
import { type NodeProcess } from '../../../local/node/node-process';

/** One connection as the node's kernel tracks it: who asked, and who answered. */
export interface Connection {
  readonly protocol: 'TCP' | 'UDP';
  readonly source: string;
  /** After the address of a Service was replaced by that of a pod. */
  readonly destination: string;
  readonly port: number;
}

/** Every connection that the node's kernel knows at this moment. */
export async function trackedConnections(node: NodeProcess): Promise<Connection[]> {
  const { stdout } = await node.exec(['conntrack', '--dump', '--family', 'ipv4']);
  return parseConnections(stdout);
}

function parseConnections(dump: string): Connection[] {
  return dump.split('\n').flatMap((line) => {
    const protocol = /^(tcp|udp) /.exec(line)?.[1];
    // the first half is what the client sent, the second is the answer: its source is the server
    const [source, destination] = [...line.matchAll(/\bsrc=(\S+)/g)].map(([, address]) => address);
    const ports = [...line.matchAll(/\bsport=(\d+)/g)].map(([, port]) => Number(port));
    if (protocol === undefined || ports.length < 2) return [];
    return [
      {
        protocol: protocol.toUpperCase() as Connection['protocol'],
        source,
        destination,
        port: ports[1],
      },
    ];
  });
}

/** Which pods have, or had, an address: one that is free again is given to another pod. */
export class PodAddresses {
  private readonly pods = new Map<string, Map<string, V1Pod>>();
  private readonly nodeAddresses = new Set<string>();

  constructor(private readonly core: CoreV1Api) {}

  /** Takes in the pods and nodes that there are now. */
  async refresh(): Promise<void> {
    const [pods, nodes] = await Promise.all([
      this.core.listPodForAllNamespaces(),
      this.core.listNode(),
    ]);
    for (const { metadata, status } of nodes.items) {
      for (const { address } of status?.addresses ?? []) this.nodeAddresses.add(address);
      // the node's end of the bridge that its pods are on
      const place = NODE_PLACES.find(({ name }) => name === metadata?.name);
      if (place) this.nodeAddresses.add(place.pods.replace(/\.0\/\d+$/, '.1'));
    }
    for (const pod of pods.items) {
      const { podIP } = pod.status ?? {};
      if (podIP === undefined || pod.spec?.hostNetwork) continue;
      const known = this.pods.get(podIP) ?? new Map<string, V1Pod>();
      this.pods.set(podIP, known.set(pod.metadata!.uid!, pod));
    }
  }

  /** The pods that had an address; none where it is outside the cluster, or a node's. */
  at(address: string): readonly V1Pod[] {
    return [...(this.pods.get(address)?.values() ?? [])];
  }

  /** Whether an address is a node's own. */
  isNode(address: string): boolean {
    return this.nodeAddresses.has(address);
  }
}
