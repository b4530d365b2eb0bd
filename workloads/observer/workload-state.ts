import { type WorkloadState } from '../protocol/lab-state';
import { creationFault } from './creation-fault';
import { type KubeEvent, type Pod, type Workload } from './kube-objects';
import { hasEnded, podFault, podState, resizeFault, shorten } from './pod-state';
import { totalRequests } from './quantities';

/**
 * Joins a workload with its pods and judges it. Zero wanted replicas are idle, not broken.
 *
 * @param pods pods of its namespace, its own among them
 * @param events of its namespace
 * @param listed most pods that are listed; the others are counted
 */
export function workloadState(
  kind: WorkloadState['kind'],
  workload: Workload,
  pods: readonly Pod[],
  listed: number,
  events: readonly KubeEvent[] = [],
): WorkloadState {
  const { name, namespace = '' } = workload.metadata;
  const wanted = workload.spec?.replicas ?? 0;
  const ready = workload.status?.readyReplicas ?? 0;
  const own = podsOf(workload, pods)
    .filter((pod) => !hasEnded(pod))
    .sort(byAge);
  const requests = totalRequests(workload.spec?.template?.spec?.containers);
  return {
    kind,
    namespace,
    name,
    wanted,
    ready,
    ...judge(wanted, ready, own, creationFault(kind, workload, events)),
    requests,
    pods: own.slice(0, listed).map((pod) => podState(pod, requests)),
    unlistedPods: Math.max(0, own.length - listed),
  };
}

/** The pods that a workload selects. */
export function podsOf(workload: Workload, pods: readonly Pod[]): Pod[] {
  const wanted = Object.entries(workload.spec?.selector?.matchLabels ?? {});
  if (wanted.length === 0) return [];
  return pods.filter(
    ({ metadata }) =>
      metadata.namespace === workload.metadata.namespace &&
      wanted.every(([key, value]) => metadata.labels?.[key] === value),
  );
}

function judge(
  wanted: number,
  ready: number,
  own: readonly Pod[],
  notCreated: string | undefined,
): Pick<WorkloadState, 'status' | 'reason'> {
  for (const pod of own) {
    const fault = podFault(pod);
    if (fault) return { status: 'broken', reason: `${fault.reason}: ${fault.message}` };
  }
  if (notCreated !== undefined) return { status: 'broken', reason: shorten(notCreated) };
  if (wanted === 0 && own.length === 0) return { status: 'idle' };
  const status = ready === wanted && own.length === wanted ? 'ok' : 'scaling';
  const resized = own.flatMap((pod) => {
    const fault = resizeFault(pod);
    return fault ? [`pod ${pod.metadata.name} ${fault.reason}: ${fault.message}`] : [];
  });
  return { status, ...(resized[0] !== undefined && { reason: shorten(resized[0]) }) };
}

function byAge(one: Pod, other: Pod): number {
  const [a, b] = [one, other].map(({ metadata }) => metadata.creationTimestamp ?? '');
  return a!.localeCompare(b!) || one.metadata.name.localeCompare(other.metadata.name);
}
