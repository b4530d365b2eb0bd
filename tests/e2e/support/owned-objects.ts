import execa from 'execa';
import { OWNER_LABELS } from '../../../charts/core/labels';

interface ListedObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly ownerReferences?: readonly object[];
  };
}

interface State {
  readonly deployment: {
    readonly resources?: readonly {
      readonly type: string;
      readonly id?: string;
      readonly delete?: boolean;
    }[];
    readonly pending_operations?: readonly object[];
  };
}

// the control plane makes these of a Service, and copies the labels
const DERIVED = new Set(['Endpoints']);

/** Every object of the cluster that carries the lab's labels, such as `Service queue/nats`. */
export async function ownedObjects(): Promise<string[]> {
  const kinds = await kubectl('api-resources', '--verbs=list', '-o', 'name');
  const selector = Object.entries(OWNER_LABELS).map((pair) => pair.join('='));
  const listed = await kubectl(
    ...['get', kinds.split('\n').join(','), '--all-namespaces'],
    ...['--selector', selector.join(','), '-o', 'json'],
  );
  const { items } = JSON.parse(listed) as { items: readonly ListedObject[] };
  return items
    .filter(({ kind, metadata }) => !DERIVED.has(kind) && !metadata.ownerReferences)
    .map(({ kind, metadata: { name, namespace } }) => title(kind, namespace, name))
    .sort();
}

/** Every object of the cluster that is in the state of the stack `dev`, in the same form. */
export async function knownObjects(): Promise<string[]> {
  const { stdout } = await execa('pulumi', ['stack', 'export', '--stack', 'dev'], {
    preferLocal: true,
  });
  const { resources = [], pending_operations: pending = [] } = (JSON.parse(stdout) as State)
    .deployment;
  if (pending.length > 0) throw new Error(`${pending.length} operations are pending in the state`);
  return resources
    .filter(({ type }) => type.startsWith('kubernetes:'))
    .map(({ type, id = '', delete: replaced }) => {
      if (replaced) throw new Error(`"${id}" is replaced in the state, and not deleted`);
      return `${type.split(':').at(-1)} ${id}`;
    })
    .sort();
}

async function kubectl(...args: string[]): Promise<string> {
  return (await execa('kubectl', args, { maxBuffer: 100_000_000 })).stdout;
}

function title(kind: string, namespace: string | undefined, name: string): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}
