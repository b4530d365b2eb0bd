/** The fields of a resource in Pulumi's state that matter after an interrupted deployment. */
export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: {
    readonly metadata?: { readonly name?: string; readonly namespace?: string };
  };
  /** Replaced, and not deleted yet. */
  readonly delete?: boolean;
  /** Deleted, and its replacement not created yet. */
  readonly pendingReplacement?: boolean;
  readonly parent?: string;
  /** URN and id of the provider. */
  readonly provider?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
  readonly deletedWith?: string;
  readonly replaceWith?: readonly string[];
}

/** An operation that was started and whose outcome is unknown. */
export interface PendingOperation {
  readonly type: string;
  readonly resource: ResourceState;
}

/** A stack's state as `pulumi stack export` prints it; fields that are not listed here are kept. */
export interface StackState {
  readonly deployment?: {
    readonly resources?: readonly ResourceState[];
    readonly pending_operations?: readonly PendingOperation[];
  };
}

/** A state without pending operations. */
export interface ClearedState {
  readonly state: StackState;
  /** URNs of the resources that must be refreshed, because their state is unknown. */
  readonly uncertain: readonly string[];
}

/**
 * Adds the Kubernetes objects with a pending create to the resources, under the id that they have
 * if they exist: a refresh then keeps those that exist and drops the others. (The engine's own
 * `--import-pending-creates` drops them all unchecked.) Other kinds of resources are dropped,
 * since they leave nothing behind.
 */
export function adoptPendingCreates(state: StackState): ClearedState {
  const { resources: known = [], pending_operations: pending = [] } = state.deployment ?? {};
  const created = pending
    .filter(({ type }) => type === 'creating')
    .flatMap(({ resource }) => withId(resource))
    .filter((each) => !known.some((other) => isSame(other, each) && !other.pendingReplacement));
  const urns = new Set(created.map(({ urn }) => urn));
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
        resources: inDependencyOrder([...older, ...created]),
        pending_operations: [],
      },
    },
    uncertain: [...new Set([...urns, ...changing])],
  };
}

function withId(resource: ResourceState): ResourceState[] {
  const { name, namespace } = resource.inputs?.metadata ?? {};
  if (!resource.type.startsWith('kubernetes:') || name === undefined) return [];
  return [{ ...resource, id: namespace === undefined ? name : `${namespace}/${name}` }];
}

function isSame(one: ResourceState, other: ResourceState): boolean {
  return one.urn === other.urn && one.id === other.id;
}

/** Each resource after its dependencies, as the engine requires; otherwise in the given order. */
function inDependencyOrder(resources: readonly ResourceState[]): ResourceState[] {
  const ordered = new Set<ResourceState>();
  const visited = new Set<ResourceState>();
  const place = (resource: ResourceState): void => {
    if (visited.has(resource)) return;
    visited.add(resource);
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
