import { type AutoscalerRef, type QueueState } from '../protocol/lab-state';
import { isLagAbove, lagOf } from './activation';
import { type KubeEvent } from './kube-objects';
import { type ScaleEvent } from './timeline';

/**
 * Why KEDA woke a workload or put it to sleep; it does nothing else itself.
 *
 * @param activationLag how much may wait without waking it, where that is known
 */
export function kedaWords(
  name: string,
  from: number,
  to: number,
  queue?: QueueState,
  activationLag?: number,
): string {
  const change = `from ${from} to ${to}`;
  if (to > from) {
    const because = queue && isLagAbove(queue, activationLag ?? 0) ? waiting(queue) : '';
    return `KEDA woke ${name} ${change}${because}`;
  }
  const because = tooFewWords(queue, activationLag) ?? 'nothing waits any more';
  return `KEDA put ${name} to sleep, ${change}: ${because}`;
}

/** Why KEDA keeps nobody awake for what waits; absent where nothing waits, or nothing may. */
export function tooFewWords(
  queue: QueueState | undefined,
  activationLag: number | undefined,
): string | undefined {
  const lag = queue && lagOf(queue);
  if (activationLag === undefined) return 'too little waits to keep it awake';
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
export function hpaWords(
  hpa: string,
  name: string,
  from: number | undefined,
  to: number,
  reason: string | undefined,
  queue?: QueueState,
): string {
  const verb = from === undefined ? 'set' : to > from ? 'raised' : 'lowered';
  const change = from === undefined ? `to ${to}` : `from ${from} to ${to}`;
  const because = reason !== undefined ? `: ${reason}` : queue ? waiting(queue) : '';
  return `${hpa} ${verb} ${name} ${change}${because}`;
}

/** What none of the autoscalers can have done. */
export function otherWords(name: string, from: number, to: number): string {
  return `someone changed ${name} from ${from} to ${to}`;
}

/**
 * What KEDA or an HorizontalPodAutoscaler told by an event; nothing where it is of another kind.
 *
 * @param targetOf what an HorizontalPodAutoscaler scales
 * @param activationLagOf how much may wait without waking what a ScaledObject scales, where it is known
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
    const why = (from?: number) => hpaWords(name, target.name, from, to, because);
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
      why: () => kedaWords(targetName!, Number(from), Number(to), undefined, lag),
      saysMore: false,
    };
  }
  return undefined;
}

/** When an event happened last; the two generations of the API say it in different fields. */
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
