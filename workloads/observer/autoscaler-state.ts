import {
  type AutoscalerState,
  type AutoscalerStatus,
  type QueueState,
  type Recommendation,
  type TargetRef,
} from '../protocol/lab-state';
import { activationOf, isLagAbove, isTriggerOnQueue, lagOf } from './activation';
import {
  conditionOf,
  type HorizontalPodAutoscaler,
  type ScaledObject,
  type VerticalPodAutoscaler,
  type Workload,
} from './kube-objects';
import { metricStates } from './metric-state';
import { shorten } from './pod-state';
import { requestsOf } from './quantities';
import { requestsWait, tooFewText } from './scaling-text';

/** What an autoscaler says of itself, in one word and with its own reason. */
type Judgement = Pick<AutoscalerState, 'status' | 'reason' | 'message'>;

/** Reason of a ScaledObject that keeps its workload at its minimum although enough requests wait. */
export const NOT_ACTIVATED = 'NotActivated';

// KEDA's default where a ScaledObject says nothing
const KEDA_MAX_REPLICAS = 100;

/** An HorizontalPodAutoscaler, KEDA's own among them, as the lab's state shows it. */
export function hpaState(hpa: HorizontalPodAutoscaler): AutoscalerState {
  const { metadata, spec, status } = hpa;
  const owner = metadata.labels?.['scaledobject.keda.sh/name'];
  return {
    kind: 'HorizontalPodAutoscaler',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    target: targetOf(spec?.scaleTargetRef),
    min: spec?.minReplicas ?? 1,
    max: spec?.maxReplicas ?? 1,
    current: status?.currentReplicas ?? 0,
    desired: status?.desiredReplicas ?? 0,
    metrics: metricStates(hpa),
    ...judgeHpa(hpa),
    ...(owner !== undefined && { scaledObject: owner }),
  };
}

/**
 * A ScaledObject as the lab's state shows it. It is as ill as the HorizontalPodAutoscaler that works
 * for it: KEDA leaves `Ready` alone then, and repeats the fault in `HPAActive` when it looks next.
 *
 * @param hpa the one that KEDA made for it
 * @param target the workload that it scales
 * @param queue what it scales on
 * @param monitorFault why KEDA cannot measure the queue, where that is known
 */
export function scaledObjectState(
  object: ScaledObject,
  hpa: HorizontalPodAutoscaler | undefined,
  target: Workload | undefined,
  queue: QueueState,
  monitorFault?: string,
): AutoscalerState {
  const { metadata, spec } = object;
  const min = spec?.minReplicaCount ?? 0;
  const wanted = target?.spec?.replicas ?? 0;
  return {
    kind: 'ScaledObject',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    target: targetOf(spec?.scaleTargetRef),
    min,
    max: spec?.maxReplicaCount ?? KEDA_MAX_REPLICAS,
    current: target?.status?.replicas ?? 0,
    desired: wanted,
    metrics: hpa ? metricStates(hpa) : [],
    ...judgeScaledObject(object, hpa, wanted > min, queue, monitorFault),
  };
}

/** A VerticalPodAutoscaler as the lab's state shows it. */
export function vpaState(vpa: VerticalPodAutoscaler): AutoscalerState {
  const { metadata, spec, status } = vpa;
  const recommendations: Recommendation[] = (
    status?.recommendation?.containerRecommendations ?? []
  ).map(({ containerName, target, lowerBound, upperBound }) => ({
    container: containerName,
    target: requestsOf(target),
    lower: requestsOf(lowerBound),
    upper: requestsOf(upperBound),
  }));
  return {
    kind: 'VerticalPodAutoscaler',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    target: targetOf(spec?.targetRef),
    metrics: [],
    ...judgeVpa(vpa),
    updateMode: spec?.updatePolicy?.updateMode ?? 'Recreate',
    recommendations,
  };
}

function judgeHpa(hpa: HorizontalPodAutoscaler): Judgement {
  const active = conditionOf(hpa, 'ScalingActive');
  const able = conditionOf(hpa, 'AbleToScale');
  const limited = conditionOf(hpa, 'ScalingLimited');
  if (active?.status === 'False') {
    // the controller's word for "the workload is at zero": with KEDA that is on purpose
    if (active.reason === 'ScalingDisabled') return judgement('idle', active);
    return judgement(active.reason === 'AmbiguousSelector' ? 'frozen' : 'failing', active);
  }
  if (able?.status === 'False') return judgement('failing', able);
  if (active === undefined) return { status: 'unknown' };
  // at its least it is where it should be; only the upper bound keeps it from what it wants
  if (limited?.status === 'True' && limited.reason === 'TooManyReplicas') {
    return judgement('limited', limited);
  }
  return { status: 'active' };
}

function judgeScaledObject(
  object: ScaledObject,
  hpa: HorizontalPodAutoscaler | undefined,
  aboveMinimum: boolean,
  queue: QueueState,
  monitorFault: string | undefined,
): Judgement {
  const ready = conditionOf(object, 'Ready');
  const paused = conditionOf(object, 'Paused');
  const lag = lagOf(queue);
  const { lag: activationLag } = activationOf(object);
  if (paused?.status === 'True') {
    // while it is paused KEDA leaves the other conditions as they were
    const message = lag ? `it does not scale; ${requestsWait(lag)}` : 'it does not scale';
    return { status: 'idle', reason: 'Paused', message };
  }
  if (ready?.status === 'False') return judgement('failing', ready);
  const ofHpa = hpa ? judgeHpa(hpa) : undefined;
  if (ofHpa?.status === 'frozen' || ofHpa?.status === 'failing') return ofHpa;
  const fallback = conditionOf(object, 'Fallback');
  if (fallback?.status === 'True') {
    return { ...judgement('failing', fallback), reason: 'Fallback' };
  }
  if (ready?.status !== 'True') return judgement('unknown', ready);
  // KEDA may call itself ready all the while, and keep the last number
  const notMeasured = scalesOnQueue(object) ? (monitorFault ?? missingPart(queue)) : undefined;
  if (notMeasured !== undefined) {
    const message = shorten(`${notMeasured}; the number of replicas stays as it is`);
    return { status: 'failing', reason: 'QueueNotMeasured', message };
  }
  const active = conditionOf(object, 'Active');
  if (active?.status === 'True') return ofHpa?.status === 'limited' ? ofHpa : { status: 'active' };
  if (active?.status !== 'False') return { status: 'unknown' };
  const isAbove = isLagAbove(queue, activationLag);
  if (!aboveMinimum) {
    if (!isAbove) return { status: 'idle' };
    return { status: 'idle', reason: NOT_ACTIVATED, message: requestsWait(lag ?? 0) };
  }
  const because =
    tooFewText(queue, activationLag) ??
    (!queue.known
      ? 'KEDA counts no request'
      : isAbove
        ? requestsWait(lag ?? 0)
        : 'no requests wait');
  return {
    status: 'active',
    reason: 'Cooldown',
    message: `${because}; it scales down after the cooldown`,
  };
}

function scalesOnQueue({ spec }: ScaledObject): boolean {
  return (spec?.triggers ?? []).some(isTriggerOnQueue);
}

/** A stream or consumer that is not there is missing for KEDA too; another fault may be the observer's own. */
function missingPart(queue: QueueState): string | undefined {
  return !queue.known && /not found/.test(queue.reason) ? queue.reason : undefined;
}

function judgeVpa(vpa: VerticalPodAutoscaler): Judgement {
  const unsupported = conditionOf(vpa, 'ConfigUnsupported');
  if (unsupported?.status === 'True') return judgement('failing', unsupported);
  if (conditionOf(vpa, 'RecommendationProvided')?.status === 'True') return { status: 'active' };
  const noPods = conditionOf(vpa, 'NoPodsMatched');
  return noPods?.status === 'True' ? judgement('idle', noPods) : { status: 'unknown' };
}

function judgement(
  status: AutoscalerStatus,
  condition: { readonly reason?: string; readonly message?: string } | undefined,
): Judgement {
  const { reason, message } = condition ?? {};
  return { status, ...(reason && { reason }), ...(message && { message: shorten(message) }) };
}

function targetOf(
  target: { readonly kind?: string; readonly name: string } | undefined,
): TargetRef {
  return { kind: target?.kind ?? 'Deployment', name: target?.name ?? '' };
}
