/** Maximum number of nodes of the local cluster. */
export const MAX_NODES = 5;

/** The identity of one node of the local cluster. */
export interface NodePlace {
  /** Name of the Kubernetes Node, of its folder, and of its veth interface on the first node. */
  readonly name: string;
  /** Address in the network between the nodes. */
  readonly address: string;
  /** CIDR of its pods. */
  readonly pods: string;
  /** Name of its folder in each cgroup hierarchy of the machine. */
  readonly cgroup: string;
}

/** The place of the node with the control plane. */
export const FIRST_PLACE = placeOf(0);

/** All places that a node can have, the first one's first. */
export const NODE_PLACES: readonly NodePlace[] = [
  FIRST_PLACE,
  ...Array.from({ length: MAX_NODES - 1 }, (_, index) => placeOf(index + 1)),
];

function placeOf(index: number): NodePlace {
  const suffix = index === 0 ? '' : `-${index + 1}`;
  return {
    name: `node${suffix}`,
    address: `10.90.0.${index + 1}`,
    pods: `10.244.${index}.0/24`,
    cgroup: `autoscaling-lab${suffix}`,
  };
}

/** One route per other node: its pod CIDR and its address. */
export function podRoutes(place: NodePlace): string {
  return NODE_PLACES.filter(({ name }) => name !== place.name)
    .map(({ pods, address }) => `${pods} ${address}`)
    .join('\n');
}
