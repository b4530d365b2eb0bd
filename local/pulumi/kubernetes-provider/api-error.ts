import type { ObjectReference } from './kube-object';

/** The body of a failure as the API server writes it. */
export interface ApiStatus {
  readonly reason?: string;
  readonly message?: string;
  readonly details?: {
    readonly kind?: string;
    readonly name?: string;
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly {
      readonly reason?: string;
      readonly message?: string;
      readonly field?: string;
    }[];
  };
}

/** A request that the API server answered with a failure; `message` is the server's own text. */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    readonly status: ApiStatus,
  ) {
    super(status.message ?? `the API server answered with HTTP status ${code}`);
    this.name = 'ApiError';
  }
}

/** The API server could not be reached at all. */
export class UnreachableError extends Error {
  constructor(server: string, options: { cause: unknown }) {
    const { cause } = options;
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`configured Kubernetes cluster is unreachable at ${server}: ${reason}`, options);
    this.name = 'UnreachableError';
  }
}

/** The cluster does not know the kind, for example because its definition is not there yet. */
export class UnknownKindError extends Error {
  constructor(apiVersion: string, kind: string) {
    super(
      `no matches for kind "${kind}" in version "${apiVersion}": the cluster does not know this kind; ` +
        'install its CustomResourceDefinition first and let this resource depend on it',
    );
    this.name = 'UnknownKindError';
  }
}

/** The operation was stopped by the user. */
export class CancelledError extends Error {
  constructor() {
    super('the operation was cancelled');
    this.name = 'CancelledError';
  }
}

/** Whether the object asked for does not exist (as opposed to its namespace or its kind). */
export function isNotFound(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code === 404;
}

/** Whether the failure says that the namespace of the object does not exist. */
export function isMissingNamespace(error: unknown, reference: ObjectReference): boolean {
  return (
    isNotFound(error) &&
    reference.kind !== 'Namespace' &&
    error.status.details?.kind === 'namespaces'
  );
}

/** Whether the failure may go away by itself: a server that starts, a webhook that is not up yet. */
export function isTransient(error: unknown): boolean {
  if (error instanceof UnreachableError) return true;
  if (!(error instanceof ApiError)) return false;
  if ([429, 502, 503, 504].includes(error.code)) return true;
  return error.code === 500 && /failed calling webhook|etcdserver|leader/.test(error.message);
}
