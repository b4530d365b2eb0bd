import { type V1Deployment, type V1Pod, type V1StatefulSet } from '@kubernetes/client-node';

/** The status of one workload and its pods. */
export interface WorkloadStatus {
  readonly namespace: string;
  readonly name: string;
  readonly wanted: number;
  readonly ready: number;
  /** `idle`: scaled to zero on purpose; `broken`: a pod cannot start. */
  readonly state: 'ready' | 'idle' | 'starting' | 'stopping' | 'broken';
  /** Why a pod cannot start, for example `ImagePullBackOff`. */
  readonly reason?: string;
}

/** Waiting reasons of a container that do not resolve by themselves. */
const FAULTS = /BackOff|Err|Invalid/;

/** Matches workloads with their pods; a workload with zero desired replicas is idle, not broken. */
export function workloadStatuses(
  workloads: readonly (V1Deployment | V1StatefulSet)[],
  pods: readonly V1Pod[],
): WorkloadStatus[] {
  return workloads.map((workload) => {
    const { name = '', namespace = '' } = workload.metadata ?? {};
    const wanted = workload.spec?.replicas ?? 0;
    const ready = workload.status?.readyReplicas ?? 0;
    const own = pods.filter((pod) => isOf(pod, workload) && !hasEnded(pod));
    const reason = own.map(fault).find((found) => found !== undefined);
    const status = { namespace, name, wanted, ready };
    if (reason !== undefined) return { ...status, state: 'broken', reason };
    if (wanted === 0) return { ...status, state: own.length > 0 ? 'stopping' : 'idle' };
    return { ...status, state: ready >= wanted ? 'ready' : 'starting' };
  });
}

function isOf(pod: V1Pod, workload: V1Deployment | V1StatefulSet): boolean {
  const wanted = Object.entries(workload.spec?.selector.matchLabels ?? {});
  return (
    pod.metadata?.namespace === workload.metadata?.namespace &&
    wanted.length > 0 &&
    wanted.every(([key, value]) => pod.metadata?.labels?.[key] === value)
  );
}

/** An evicted pod remains as an object but runs nothing. */
function hasEnded(pod: V1Pod): boolean {
  return pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded';
}

function fault(pod: V1Pod): string | undefined {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  for (const { name, state } of [...initContainerStatuses, ...containerStatuses]) {
    const waiting = state?.waiting;
    if (waiting?.reason && FAULTS.test(waiting.reason))
      return `${pod.metadata?.name}/${name}: ${waiting.reason}${waiting.message ? `, ${waiting.message}` : ''}`;
  }
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  return scheduled?.status === 'False' ? `${pod.metadata?.name}: ${scheduled.message}` : undefined;
}
