import { groupOf } from './kube-object';
import type { KubeType } from './type-token';
import type { PathStep } from './property-values';

/** Settings that turn a replacement into an update. */
export interface MutableKinds {
  readonly configMaps: boolean;
  readonly secrets: boolean;
}

/** What names an object: a change is always another object. */
const IDENTITY = ['metadata.name', 'metadata.namespace', 'kind'];

/**
 * Fields that the API server refuses to change, by `group/Kind`; `*` stands for any index. What lies
 * below such a field counts too.
 */
const IMMUTABLE: Readonly<Record<string, readonly string[]>> = {
  'apps/DaemonSet': ['spec.selector'],
  'apps/Deployment': ['spec.selector'],
  'apps/ReplicaSet': ['spec.selector'],
  'apps/StatefulSet': [
    'spec.podManagementPolicy',
    'spec.revisionHistoryLimit',
    'spec.selector',
    'spec.serviceName',
    'spec.volumeClaimTemplates',
  ],
  'batch/Job': ['spec.completions', 'spec.parallelism', 'spec.selector', 'spec.template'],
  '/PersistentVolumeClaim': [
    'spec.accessModes',
    'spec.selector',
    'spec.storageClassName',
    'spec.volumeMode',
    'spec.volumeName',
    'spec.dataSource',
    'spec.dataSourceRef',
  ],
  '/Pod': ['spec'],
  '/ResourceQuota': ['spec.scopes'],
  '/Secret': ['type'],
  '/Service': ['spec.clusterIP'],
  'rbac.authorization.k8s.io/ClusterRoleBinding': ['roleRef'],
  'rbac.authorization.k8s.io/RoleBinding': ['roleRef'],
  'scheduling.k8s.io/PriorityClass': ['value', 'preemptionPolicy'],
  'storage.k8s.io/StorageClass': [
    'parameters',
    'provisioner',
    'reclaimPolicy',
    'volumeBindingMode',
  ],
};

/** Pods may change these few fields while they run. */
const POD_MUTABLE = [
  'spec.containers.*.image',
  'spec.initContainers.*.image',
  'spec.activeDeadlineSeconds',
  'spec.tolerations',
];

/**
 * Whether a change at the path needs another object. The data of ConfigMaps and Secrets counts as
 * immutable although the API server would take it: pods see a new name at once and the old content
 * by no accident.
 */
export function needsReplacement(
  type: KubeType,
  path: readonly PathStep[],
  mutable: MutableKinds,
): boolean {
  const key = `${groupOf(type.apiVersion)}/${type.kind}`;
  if (key === '/Pod' && POD_MUTABLE.some((field) => covers(field, path))) return false;
  const fields = [...IDENTITY, ...(IMMUTABLE[key] ?? []), ...contentFields(key, mutable)];
  return fields.some((field) => covers(field, path));
}

function contentFields(key: string, mutable: MutableKinds): string[] {
  if (key === '/ConfigMap' && !mutable.configMaps) return ['data', 'binaryData'];
  if (key === '/Secret' && !mutable.secrets) return ['data', 'stringData'];
  return [];
}

function covers(field: string, path: readonly PathStep[]): boolean {
  return field
    .split('.')
    .every((part, index) => index < path.length && (part === '*' || part === String(path[index])));
}
