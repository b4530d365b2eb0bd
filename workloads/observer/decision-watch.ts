import {
  type AutoscalerRef,
  type QueueState,
  type Requests,
  type TargetRef,
} from '../protocol/lab-state';
import { activationOf, isLagAbove } from './activation';
import { type WatchedKind, type WatchedKinds } from './cluster-watch';
import {
  conditionOf,
  type HorizontalPodAutoscaler,
  type KubeEvent,
  type KubeObject,
  type Pod,
  type ScaledObject,
  type VerticalPodAutoscaler,
  type Workload,
} from './kube-objects';
import { creationFault } from './creation-fault';
import { hasEnded, podFault, shorten } from './pod-state';
import { givenRequests, requestsOf, totalRequests } from './quantities';
import { hpaText, kedaText, otherText, scaleEvent } from './scaling-text';
import { type ReplicaChange, type Timeline } from './timeline';
import { podsOf } from './workload-state';

/** What is known besides the change itself. */
export interface DecisionContext {
  readonly objects: <K extends WatchedKind>(kind: K) => readonly WatchedKinds[K][];
  readonly queue: () => QueueState;
  readonly timeline: Timeline;
  /** Changes before this moment were listed, not watched: their time is not known. */
  readonly startedAt: number;
}

const EXPLAIN_MS = 5000;
const WORKLOAD_KINDS = ['Deployment', 'StatefulSet'] as const;
const QUANTITIES = ['cpuMillis', 'memoryBytes'] as const;

type ReplicaScaler = 'ScaledObject' | 'HorizontalPodAutoscaler';

/** Tells the timeline who changed what, and why, from the changes of the lab's objects. */
export class DecisionWatch {
  /** What the pods of a workload were given last, by the workload's key. */
  private readonly given = new Map<string, Requests>();

  private unexplained?: { readonly step: ReplicaChange; readonly activationLag: number };

  constructor(private readonly context: DecisionContext) {}

  /** Looks at one change. */
  note<K extends WatchedKind>(
    kind: K,
    before: WatchedKinds[K] | undefined,
    now: WatchedKinds[K] | undefined,
  ): void {
    if (now === undefined) return;
    if (kind === 'Event') return this.noteEvent(now as KubeEvent);
    if (kind === 'Pod') return this.notePod(before as Pod | undefined, now as Pod);
    if (kind !== 'Deployment' && kind !== 'StatefulSet') return;
    if (before !== undefined) this.noteWorkload(kind, before as Workload, now as Workload);
  }

  /** Completes the reason of an activation that was seen before the requests it was for. */
  noteQueue(queue: QueueState): void {
    if (!this.unexplained || !isLagAbove(queue, this.unexplained.activationLag)) return;
    const { step, activationLag } = this.unexplained;
    this.unexplained = undefined;
    if (Date.now() - step.time > EXPLAIN_MS) return;
    const why = kedaText(step.target.name, step.from, step.to, queue, activationLag);
    this.context.timeline.explain({ ...step, why });
  }

  /** Looks at the events again, once everything is listed that they speak of. */
  replayEvents(): void {
    for (const event of this.context.objects('Event')) this.noteEvent(event);
  }

  private noteWorkload(kind: string, before: Workload, now: Workload): void {
    this.noteReplicas(kind, before, now);
    this.noteOutcome(kind, now);
  }

  /** Adds to the last decision on a workload that its pods have not come, while that is so. */
  private noteOutcome(kind: string, workload: Workload): void {
    const { name, namespace = '' } = workload.metadata;
    const notCreated = creationFault(kind, workload, this.context.objects('Event'));
    const own = podsOf(workload, this.context.objects('Pod')).filter((pod) => !hasEnded(pod));
    const faults = own.flatMap((pod) => podFault(pod) ?? []);
    const unscheduled = faults.filter(({ reason }) => reason === 'Unschedulable');
    const count = `${unscheduled.length} of ${own.length} pods`;
    const outcome =
      notCreated !== undefined
        ? `only ${own.length} of ${workload.spec?.replicas ?? 0} pods exist: ${notCreated}`
        : unscheduled[0] && `${count} cannot be scheduled: ${unscheduled[0].message}`;
    const target = { kind, name };
    this.context.timeline.noteOutcome(namespace, target, outcome && shorten(outcome));
  }

  private noteReplicas(kind: string, before: Workload, now: Workload): void {
    const [from, to] = [before.spec?.replicas ?? 0, now.spec?.replicas ?? 0];
    if (from === to) return;
    const { name, namespace = '' } = now.metadata;
    const target = { kind, name };
    const queue = this.context.queue();
    const change = { time: Date.now(), namespace, target, from, to };
    const [scaledObject] = this.scalersOf('ScaledObject', namespace, name);
    const hpas = this.scalersOf('HorizontalPodAutoscaler', namespace, name);
    const hpa = hpas.length === 1 ? hpas[0] : undefined;
    // only an autoscaler of KEDA's looks at the queue
    const seen = scaledObject && queue;
    if (scaledObject) {
      const { lag, activeReplicas, idleReplicas } = activationOf(scaledObject);
      const isAbove = isLagAbove(queue, lag);
      // nothing on the workload says who did it, the event comes later
      const activates = from === 0 && to === activeReplicas;
      const deactivates = to === 0 && idleReplicas === 0 && queue.known && !isAbove;
      if (activates || deactivates) return this.noteOwn(scaledObject, change, queue);
      // after a new list what KEDA did and what its HorizontalPodAutoscaler did then look like one step
      if (hpa && from === 0 && to > activeReplicas && isAbove && isActive(scaledObject)) {
        this.noteOwn(scaledObject, { ...change, to: activeReplicas }, queue);
        return this.noteHpa(hpa, { ...change, from: activeReplicas }, seen);
      }
    }
    if (hpa && from > 0 && to > 0) return this.noteHpa(hpa, change, seen);
    this.context.timeline.replicasChanged({ ...change, why: otherText(name, from, to) });
  }

  /** A step from zero or to it. */
  private noteOwn(
    scaledObject: ScaledObject,
    change: Omit<ReplicaChange, 'why'>,
    queue: QueueState,
  ): void {
    const { target, from, to } = change;
    const { lag } = activationOf(scaledObject);
    const autoscaler = refOf('ScaledObject', scaledObject);
    const step = { ...change, autoscaler, why: kedaText(target.name, from, to, queue, lag) };
    // KEDA looks at the queue as often as the observer does, and may well be the first to see it
    const isFirst = to > from && queue.known && !isLagAbove(queue, lag);
    if (isFirst) this.unexplained = { step, activationLag: lag };
    this.context.timeline.replicasChanged(step);
  }

  private noteHpa(
    hpa: HorizontalPodAutoscaler,
    change: Omit<ReplicaChange, 'why'>,
    queue: QueueState | undefined,
  ): void {
    const { target, from, to } = change;
    const autoscaler = refOf('HorizontalPodAutoscaler', hpa);
    const why = hpaText(autoscaler.name, target.name, from, to, undefined, queue);
    this.context.timeline.replicasChanged({ ...change, autoscaler, why });
  }

  private noteEvent(event: KubeEvent): void {
    const told = scaleEvent(
      event,
      (ref) => {
        const target = this.named('HorizontalPodAutoscaler', ref)?.spec?.scaleTargetRef;
        return target && { kind: target.kind ?? 'Deployment', name: target.name };
      },
      (ref) => {
        const scaledObject = this.named('ScaledObject', ref);
        return scaledObject && activationOf(scaledObject).lag;
      },
    );
    if (told) this.context.timeline.eventSeen(told);
  }

  private notePod(before: Pod | undefined, now: Pod): void {
    const owner = this.ownerOf(now);
    if (!owner) return;
    const { target, workload } = owner;
    const namespace = workload.metadata.namespace ?? '';
    this.noteOutcome(target.kind, workload);
    const key = `${namespace}/${target.kind}/${target.name}`;
    const to = givenRequests(now);
    const isNew = Date.parse(now.metadata.creationTimestamp ?? '') >= this.context.startedAt;
    const from = before
      ? givenRequests(before)
      : (this.given.get(key) ??
        (isNew ? totalRequests(workload.spec?.template?.spec?.containers) : to));
    const changed = QUANTITIES.filter((each) => from[each] !== to[each]);
    // while pods are replaced the old ones go on telling of themselves, with what they were given
    if (!before || changed.length > 0 || !this.given.has(key)) this.given.set(key, to);
    const vpa = this.vpaOf(namespace, target.name);
    const how = before
      ? `resized ${now.metadata.name} in place`
      : `created ${now.metadata.name} with other requests`;
    for (const quantity of changed) {
      const [was, is] = [from[quantity], to[quantity]];
      if (is === undefined) continue;
      // what lies outside its bounds was set by somebody else, although it is in charge
      const autoscaler = vpa && mayHaveSet(vpa, quantity, is) ? vpaRef(vpa) : undefined;
      const who = autoscaler ? `VPA ${autoscaler.name}` : 'someone';
      this.context.timeline.resourcesChanged({
        time: Date.now(),
        namespace,
        target,
        quantity,
        from: was,
        to: is,
        ...(autoscaler && { autoscaler }),
        why: `${who} ${how}: ${quantityText(quantity, was)} to ${quantityText(quantity, is)}`,
      });
    }
  }

  private ownerOf(pod: Pod): { target: TargetRef; workload: Workload } | undefined {
    for (const kind of WORKLOAD_KINDS) {
      const workloads = this.context.objects(kind);
      const workload = workloads.find((each) => podsOf(each, [pod]).length > 0);
      if (workload) return { target: { kind, name: workload.metadata.name }, workload };
    }
    return undefined;
  }

  private scalersOf<K extends ReplicaScaler>(
    kind: K,
    namespace: string,
    target: string,
  ): WatchedKinds[K][] {
    return this.context
      .objects(kind)
      .filter(
        ({ metadata, spec }) =>
          metadata.namespace === namespace && spec?.scaleTargetRef?.name === target,
      );
  }

  private named<K extends ReplicaScaler>(
    kind: K,
    { namespace, name }: AutoscalerRef,
  ): WatchedKinds[K] | undefined {
    return this.context
      .objects(kind)
      .find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
  }

  private vpaOf(namespace: string, target: string): VerticalPodAutoscaler | undefined {
    return this.context
      .objects('VerticalPodAutoscaler')
      .find(
        ({ metadata, spec }) =>
          metadata.namespace === namespace &&
          spec?.targetRef?.name === target &&
          spec.updatePolicy?.updateMode !== 'Off',
      );
  }
}

function vpaRef({ metadata }: VerticalPodAutoscaler): AutoscalerRef {
  return {
    kind: 'VerticalPodAutoscaler',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
  };
}

/** Whether a value is within what a VerticalPodAutoscaler recommends for all containers together. */
function mayHaveSet(
  { status }: VerticalPodAutoscaler,
  quantity: (typeof QUANTITIES)[number],
  value: number,
): boolean {
  const all = status?.recommendation?.containerRecommendations ?? [];
  const sum = (bound: 'lowerBound' | 'upperBound') =>
    all.reduce((total, each) => total + (requestsOf(each[bound])[quantity] ?? NaN), 0);
  // a comparison with a bound that is not known is false
  return !(value < sum('lowerBound') || (all.length > 0 && value > sum('upperBound')));
}

function isActive(scaledObject: ScaledObject): boolean {
  const [active, paused] = ['Active', 'Paused'].map((type) => conditionOf(scaledObject, type));
  return active?.status === 'True' && paused?.status !== 'True';
}

function refOf(kind: ReplicaScaler, { metadata }: KubeObject): AutoscalerRef {
  return { kind, namespace: metadata.namespace ?? '', name: metadata.name };
}

function quantityText(quantity: (typeof QUANTITIES)[number], value: number | undefined): string {
  if (value === undefined) return 'nothing';
  return quantity === 'cpuMillis' ? `${value}m CPU` : `${Math.round(value / 2 ** 20)} MiB memory`;
}
