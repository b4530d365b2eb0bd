import { ClusterApi } from './cluster-api';
import { unexpectedAnswer } from './cluster';
import { openContext } from './kube-context';

/** Where a claim is found. */
export interface ClaimName {
  readonly namespace: string;
  readonly name: string;
}

/** A PersistentVolumeClaim of the cluster, and whether its volume may grow. */
export interface VolumeClaim extends ClaimName {
  /** What it asks for, for example `2Gi`. */
  readonly requested: string;
  /** What its volume has; absent until it is bound to one. */
  readonly capacity?: string;
  /** Absent where it was bound to a volume by hand. */
  readonly storageClass?: string;
  /** It is bound, and its StorageClass lets volumes grow. */
  readonly canGrow: boolean;
}

interface ClaimBody {
  readonly metadata: { readonly deletionTimestamp?: string };
  readonly spec: {
    readonly storageClassName?: string;
    readonly resources: { readonly requests: { readonly storage: string } };
  };
  readonly status?: { readonly capacity?: { readonly storage?: string } };
}

/**
 * Reads those of the named claims that are there to stay: one that is being deleted is not.
 *
 * @throws UserError where the cluster does not say
 */
export async function volumeClaims(
  context: string,
  names: readonly ClaimName[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<VolumeClaim[]> {
  const api = new ClusterApi(openContext(context, env), context);
  const claims = await Promise.all(names.map((name) => volumeClaim(api, name)));
  return claims.flat();
}

async function volumeClaim(api: ClusterApi, name: ClaimName): Promise<VolumeClaim[]> {
  const path = `/api/v1/namespaces/${name.namespace}/persistentvolumeclaims/${name.name}`;
  const body = await read<ClaimBody>(api, path, 'how large its volumes are');
  if (body === undefined || body.metadata.deletionTimestamp !== undefined) return [];
  const { storageClassName, resources } = body.spec;
  const capacity = body.status?.capacity?.storage;
  return [
    {
      ...name,
      requested: resources.requests.storage,
      capacity,
      storageClass: storageClassName,
      canGrow: capacity !== undefined && (await allowsExpansion(api, storageClassName)),
    },
  ];
}

async function allowsExpansion(
  api: ClusterApi,
  storageClass: string | undefined,
): Promise<boolean> {
  if (!storageClass) return false;
  const path = `/apis/storage.k8s.io/v1/storageclasses/${storageClass}`;
  const body = await read<{ readonly allowVolumeExpansion?: boolean }>(
    api,
    path,
    'whether its volumes may grow',
  );
  return body?.allowVolumeExpansion === true;
}

async function read<T>(api: ClusterApi, path: string, what: string): Promise<T | undefined> {
  const { status, body } = await api.get(path);
  if (status === 404) return undefined;
  if (status !== 200) throw unexpectedAnswer(api, path, status, what);
  return body as T;
}
