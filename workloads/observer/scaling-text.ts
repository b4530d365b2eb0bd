import { type AutoscalerRef, type QueueState } from '../protocol/lab-state';
import { isLagAbove, lagOf } from './activation';
import { type KubeEvent } from './kube-objects';
import { type ScaleEvent } from './timeline';

/**
 * Why KEDA scaled a workload from zero or to zero; its HorizontalPodAutoscaler does the steps between.
 *
 * @param activationLag the lag up to which it stays inactive, where that is known
 */
export function kedaText(
  name: string,
  from: number,
  to: number,
  queue?: QueueState,
  activationLag?: number,
): string {
  const change = `from ${from} to ${to}`;
  if (to > from) {
    const because = queue && isLagAbove(queue, activationLag ?? 0) ? waiting(queue) : '';
    return `KEDA scaled ${name} ${change}${because}`;
  }
  const because = tooFewText(queue, activationLag) ?? 'no requests wait';
  return `KEDA scaled ${name} ${change}: ${because}`;
}

/** Why what waits does not activate a workload; absent where nothing waits, or nothing may. */
export function tooFewText(
  queue: QueueState | undefined,
  activationLag: number | undefined,
): string | undefined {
  const lag = queue && lagOf(queue);
  if (activationLag === undefined) return 'too few requests wait to keep it active';
  if (activationLag === 0 || lag === 0) return undefined;
  const most = `no more than activationLagThreshold (${activationLag})`;
  // KEDA looked at another moment than the observer
  if (lag === undefined || lag > activationLag) return `${most} waited`;
  return `${requestsWait(lag)}, ${most}`;
}

/**
 * What an HorizontalPodAutoscaler did.
 *
 * @param reason its own, from its event; until that has come, what waits
 */
export function hpaText(
  hpa: string,
  name: string,
  from: number | undefined,
  to: number,
  reason: string | undefined,
  queue?: QueueState,
): string {
  const direction = from === undefined ? '' : to > from ? ' up' : ' down';
  const change = from === undefined ? `to ${to}` : `from ${from} to ${to}`;
  const because = reason !== undefined ? `: ${reason}` : queue ? waiting(queue) : '';
  return `${hpa} scaled ${name}${direction} ${change}${because}`;
}

/** A change that none of the autoscalers can have made. */
export function otherText(name: string, from: number, to: number): string {
  return `someone changed ${name} from ${from} to ${to}`;
}

/**
 * The change that an event of KEDA or of a HorizontalPodAutoscaler reports; nothing for other events.
 *
 * @param targetOf what an HorizontalPodAutoscaler scales
 * @param activationLagOf the lag up to which a ScaledObject stays inactive, where it is known
 */
export function scaleEvent(
  event: KubeEvent,
  targetOf: (hpa: AutoscalerRef) => { kind: string; name: string } | undefined,
  activationLagOf: (scaledObject: AutoscalerRef) => number | undefined,
): ScaleEvent | undefined {
  const { involvedObject, reason, message = '', metadata } = event;
  const { kind, name = '', namespace = '' } = involvedObject;
  const told = { id: metadata.uid ?? metadata.name, time: eventTime(event), namespace };
  if (kind === 'HorizontalPodAutoscaler' && reason === 'SuccessfulRescale') {
    const match = /^New size: (\d+); reason: (.*)$/s.exec(message);
    const autoscaler = { kind, namespace, name } as const;
    const target = targetOf(autoscaler);
    if (!match || !target) return undefined;
    const because = plainReason(match[2]!);
    const to = Number(match[1]);
    const why = (from?: number) => hpaText(name, target.name, from, to, because);
    // the controller counts repeated events up instead of making new ones
    return { ...told, id: `${told.id}/${told.time}`, autoscaler, target, to, why, saysMore: true };
  }
  if (kind === 'ScaledObject' && /^KEDAScaleTarget(Activated|Deactivated)$/.test(reason ?? '')) {
    const match = /(?:Scaled|Deactivated) \S*?(\w+) \S+\/(\S+) from (\d+) to (\d+)(.*)$/.exec(
      message,
    );
    if (!match) return undefined;
    const [, targetKind, targetName, from, to] = match;
    const autoscaler = { kind, namespace, name } as const;
    const lag = activationLagOf(autoscaler);
    return {
      ...told,
      id: `${told.id}/${told.time}`,
      autoscaler,
      target: { kind: targetKind!, name: targetName! },
      from: Number(from),
      to: Number(to),
      why: () => kedaText(targetName!, Number(from), Number(to), undefined, lag),
      saysMore: false,
    };
  }
  return undefined;
}

/** When an event last occurred; the two versions of the API have it in different fields. */
export function eventTime(event: KubeEvent): number {
  const { lastTimestamp, series, eventTime: first, firstTimestamp, metadata } = event;
  const text =
    lastTimestamp ??
    series?.lastObservedTime ??
    first ??
    firstTimestamp ??
    metadata.creationTimestamp ??
    '';
  return Date.parse(text) || 0;
}

/** Leaves out the selectors that the controller prints behind a metric's name. */
function plainReason(reason: string): string {
  return reason
    .replace(/\(&LabelSelector\{.*?\}\)/gs, '')
    .replace(/^All metrics below target$/, 'all metrics are below their targets')
    .trim();
}

function waiting(queue: QueueState): string {
  const lag = lagOf(queue) ?? 0;
  return lag === 0 ? '' : `: ${requestsWait(lag)}`;
}

/** How many requests wait, as a clause. */
export function requestsWait(count: number): string {
  return count === 1 ? '1 request waits' : `${count} requests wait`;
}
