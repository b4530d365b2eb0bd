import { type KubernetesObject, type V2HorizontalPodAutoscaler } from '@kubernetes/client-node';
import { type QueueStatus } from './queue';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** The fields of KEDA's ScaledObject that `status` reads. */
export interface ScaledObject extends KubernetesObject {
  readonly spec?: {
    readonly minReplicaCount?: number;
    readonly maxReplicaCount?: number;
    readonly scaleTargetRef?: { readonly name?: string };
    readonly triggers?: readonly { readonly metadata?: Readonly<Record<string, string>> }[];
  };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/**
 * One row for each autoscaler: what it scales, within which bounds, and its state.
 *
 * @param queue what the ScaledObjects scale on: KEDA may report `Ready` although it cannot measure it
 */
export function autoscalerRows(
  scaledObjects: readonly ScaledObject[],
  hpas: readonly V2HorizontalPodAutoscaler[],
  queue: QueueStatus,
): string[][] {
  return [
    ...scaledObjects.map((object) => [
      `${object.metadata?.namespace}/${object.metadata?.name}`,
      'KEDA',
      object.spec?.scaleTargetRef?.name ?? '',
      `${object.spec?.minReplicaCount ?? 0}..${object.spec?.maxReplicaCount ?? 100}`,
      scaledObjectState(object, queue),
    ]),
    ...hpas.map((hpa) => [
      `${hpa.metadata?.namespace}/${hpa.metadata?.name}`,
      'HPA',
      hpa.spec?.scaleTargetRef.name ?? '',
      `${hpa.spec?.minReplicas ?? 1}..${hpa.spec?.maxReplicas}`,
      `wants ${hpa.status?.desiredReplicas ?? 0}, has ${hpa.status?.currentReplicas ?? 0}${hpaFault(hpa)}`,
    ]),
  ];
}

function scaledObjectState({ spec, status }: ScaledObject, queue: QueueStatus): string {
  const of = (type: string) => status?.conditions?.find((condition) => condition.type === type);
  const ready = of('Ready');
  const lag = queue.measured ? queue.waiting + queue.inWork : undefined;
  // while it is paused KEDA leaves the other conditions as they were
  if (of('Paused')?.status === 'True')
    return `paused, does not scale${lag ? `; ${lag} waiting or being made` : ''}`;
  if (ready?.status === 'False') return `failing: ${ready.message ?? ready.reason ?? 'no reason'}`;
  if (of('Fallback')?.status === 'True')
    return `failing: KEDA uses its fallback replicas: ${of('Fallback')?.message ?? 'its trigger fails'}`;
  // KEDA calls it unknown both before its first look and while some of the triggers fail
  if (ready?.status !== 'True')
    return ready?.reason ? `unsure: ${ready.message ?? ready.reason}` : 'new, KEDA has not seen it';
  if (!queue.measured) return `not scaling on the queue: ${queue.reason}`;
  if (of('Active')?.status === 'True') return 'active';
  const thresholds = spec?.triggers?.map(({ metadata }) => metadata?.activationLagThreshold);
  const most = Math.max(0, ...(thresholds ?? []).map((threshold) => Number(threshold) || 0));
  if (lag! > most) return `not active, although ${lag} are waiting or being made`;
  return most > 0 ? `idle, no more than ${most} wait` : 'idle, nothing waits';
}

/** An HPA of a workload at zero reports ScalingDisabled, which is KEDA's way and no fault. */
function hpaFault(hpa: V2HorizontalPodAutoscaler): string {
  const fault = hpa.status?.conditions?.find(
    ({ type, status, reason }) =>
      (type === 'AbleToScale' || type === 'ScalingActive') &&
      status === 'False' &&
      reason !== 'ScalingDisabled',
  );
  return fault ? `; not scaling (${fault.reason}): ${fault.message}` : '';
}
