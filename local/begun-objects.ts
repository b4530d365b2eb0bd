/** A resource of Pulumi's state, as far as an interrupted deployment concerns it. */
export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: {
    readonly metadata?: { readonly name?: string; readonly namespace?: string };
  };
  /** Replaced, and not deleted yet. */
  readonly delete?: boolean;
  /** Deleted, and its replacement not made yet. */
  readonly pendingReplacement?: boolean;
  readonly parent?: string;
  /** URN and id of the provider. */
  readonly provider?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
  readonly deletedWith?: string;
  readonly replaceWith?: readonly string[];
}

/** What was begun, and of which nobody knows how it ended. */
export interface PendingOperation {
  readonly type: string;
  readonly resource: ResourceState;
}

/** A stack's state as `pulumi stack export` gives it; fields that are not named here stay as they are. */
export interface StackState {
  readonly deployment?: {
    readonly resources?: readonly ResourceState[];
    readonly pending_operations?: readonly PendingOperation[];
  };
}

/** A state without pending operations. */
export interface ClearedState {
  readonly state: StackState;
  /** URNs of the resources that have to be read again before anything is said of them. */
  readonly uncertain: readonly string[];
}

/**
 * Takes objects of Kubernetes whose creation was begun into the resources, under the id that they
 * have if they were made: a refresh then keeps those that are there and drops the others. (The
 * engine's own `--import-pending-creates` forgets them all without a look.) Other kinds of
 * resources are forgotten, since they leave nothing behind.
 */
export function withBegunObjects(state: StackState): ClearedState {
  const { resources: known = [], pending_operations: pending = [] } = state.deployment ?? {};
  const begun = pending
    .filter(({ type }) => type === 'creating')
    .flatMap(({ resource }) => identified(resource))
    .filter((begin) => !known.some((other) => isSame(other, begin) && !other.pendingReplacement));
  const urns = new Set(begun.map(({ urn }) => urn));
  const older = known
    .filter(({ urn, pendingReplacement }) => !(urns.has(urn) && pendingReplacement))
    .map((each) => (urns.has(each.urn) ? { ...each, delete: true } : each));
  const present = new Set(known.map(({ urn }) => urn));
  const changing = pending.map(({ resource }) => resource.urn).filter((urn) => present.has(urn));
  return {
    state: {
      ...state,
      deployment: {
        ...state.deployment,
        resources: inOrder([...older, ...begun]),
        pending_operations: [],
      },
    },
    uncertain: [...new Set([...urns, ...changing])],
  };
}

function identified(resource: ResourceState): ResourceState[] {
  const { name, namespace } = resource.inputs?.metadata ?? {};
  if (!resource.type.startsWith('kubernetes:') || name === undefined) return [];
  return [{ ...resource, id: namespace === undefined ? name : `${namespace}/${name}` }];
}

function isSame(one: ResourceState, other: ResourceState): boolean {
  return one.urn === other.urn && one.id === other.id;
}

/** Each resource after those that it depends on, as the engine wants them; else in the order given. */
function inOrder(resources: readonly ResourceState[]): ResourceState[] {
  const ordered = new Set<ResourceState>();
  const begun = new Set<ResourceState>();
  const place = (resource: ResourceState): void => {
    if (begun.has(resource)) return;
    begun.add(resource);
    const before = new Set(dependenciesOf(resource));
    resources.filter(({ urn }) => before.has(urn)).forEach(place);
    ordered.add(resource);
  };
  resources.forEach(place);
  return [...ordered];
}

function dependenciesOf(resource: ResourceState): string[] {
  const { parent, provider, dependencies, propertyDependencies, deletedWith, replaceWith } =
    resource;
  return [
    parent,
    provider?.slice(0, provider.lastIndexOf('::')),
    deletedWith,
    ...(dependencies ?? []),
    ...(replaceWith ?? []),
    ...Object.values(propertyDependencies ?? {}).flatMap((urns) => urns ?? []),
  ].filter((urn) => urn !== undefined);
}
