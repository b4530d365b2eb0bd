import { NAME_LABEL } from './labels';

/** Pods at one end of a connection. */
export interface Peer {
  /** Without one, every namespace. */
  readonly namespace?: string;
  /** What selects the pods; without labels every pod of the namespace. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A connection that is allowed; everything else is denied. */
export interface Edge {
  /** `anywhere` is whatever is outside the cluster, or a node of it. */
  readonly from: Peer | 'anywhere';
  readonly to: Peer | 'anywhere';
  /** Ports of the pods that are connected to. */
  readonly ports: readonly number[];
  /** Over which protocols. */
  readonly protocols: readonly ('TCP' | 'UDP')[];
}

/** The pods of a service or of a part of the platform. */
export function podsOf(namespace: string, name: string): Peer {
  return { namespace, labels: { [NAME_LABEL]: name } };
}

/** A connection over TCP. */
export function tcp(from: Edge['from'], to: Edge['to'], ...ports: readonly number[]): Edge {
  return { from, to, ports, protocols: ['TCP'] };
}
