/** A Kubernetes object as the API speaks it: plain JSON, nothing known beyond the identity. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMetadata;
  [field: string]: unknown;
}

/** The metadata that the provider reads; all else travels along untouched. */
export interface ObjectMetadata {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  generation?: number;
  resourceVersion?: string;
  deletionTimestamp?: string;
  finalizers?: string[];
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: { kind: string; name: string; uid: string }[];
  managedFields?: ManagedFields[];
  [field: string]: unknown;
}

/** Which fields one manager set, in the API's own notation (`f:spec`, `k:{"name":"a"}`). */
export interface ManagedFields {
  manager?: string;
  operation?: string;
  subresource?: string;
  fieldsV1?: Record<string, unknown>;
}

/** What names one object in the cluster. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** The identity of an object that has a name. */
export function referenceOf(object: KubeObject): ObjectReference {
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    name: object.metadata.name ?? '',
    namespace: object.metadata.namespace,
  };
}

/** The resource id in Pulumi's state: `namespace/name`, or `name` for cluster-wide objects. */
export function resourceId({ namespace, name }: Pick<ObjectReference, 'namespace' | 'name'>) {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/**
 * Splits a resource id into namespace and name.
 *
 * @throws Error where there is more than one slash, or nothing to find
 */
export function parseResourceId(id: string): { name: string; namespace?: string } {
  const parts = id.split('/');
  if (parts.length > 2 || parts.some((part) => part === '')) {
    throw new Error(
      `resource id "${id}" must be "name" for a cluster-wide object or "namespace/name"`,
    );
  }
  const [first, second] = parts as [string, string?];
  return second === undefined ? { name: first } : { namespace: first, name: second };
}

/** The value of an annotation, where there is one. */
export function annotation(object: KubeObject, key: string): string | undefined {
  return object.metadata?.annotations?.[key];
}

/** The group of an apiVersion: `apps/v1` is `apps`, `v1` is the core group, the empty string. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}
