import { type AutoscalerRef, type QueueState } from '../protocol/lab-state';
import { type KubeEvent } from './kube-objects';
import { type ScaleEvent } from './timeline';

/** Why KEDA woke a workload or put it to sleep; it does nothing else itself. */
export function kedaWords(name: string, from: number, to: number, queue?: QueueState): string {
  if (to > from) return `KEDA woke ${name} from ${from} to ${to}${queue ? waiting(queue) : ''}`;
  return `KEDA put ${name} to sleep, from ${from} to ${to}: nothing waits any more`;
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

/** What KEDA or an HorizontalPodAutoscaler told by an event; nothing where it is of another kind. */
export function scaleEvent(
  event: KubeEvent,
  targetOf: (autoscaler: AutoscalerRef) => { kind: string; name: string } | undefined,
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
    return {
      ...told,
      id: `${told.id}/${told.time}`,
      autoscaler: { kind, namespace, name },
      target: { kind: targetKind!, name: targetName! },
      from: Number(from),
      to: Number(to),
      why: () => kedaWords(targetName!, Number(from), Number(to)),
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
  if (!queue.known) return '';
  const count = queue.pending + queue.inFlight;
  if (count === 0) return '';
  return `: ${count === 1 ? '1 request waits' : `${count} requests wait`}`;
}
