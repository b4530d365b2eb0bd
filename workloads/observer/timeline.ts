import {
  DECISION_MEMORY_SECONDS,
  type AutoscalerRef,
  type Decision,
  type TargetRef,
} from '../protocol/lab-state';

/** A change of a workload's replicas, as its own watch tells it. */
export interface ReplicaChange {
  readonly time: number;
  readonly namespace: string;
  readonly target: TargetRef;
  readonly from: number;
  readonly to: number;
  /** Absent where no autoscaler did it. */
  readonly autoscaler?: AutoscalerRef;
  readonly why: string;
}

/** The same change, as the autoscaler's event tells it. */
export interface ScaleEvent {
  /** The event's own identity. */
  readonly id: string;
  readonly time: number;
  readonly namespace: string;
  readonly target: TargetRef;
  readonly from?: number;
  readonly to: number;
  readonly autoscaler: AutoscalerRef;
  /** The sentence for a number before, where one is known. */
  readonly why: (from?: number) => string;
  /** Whether this sentence says more than the one about the change as it was seen. */
  readonly saysMore: boolean;
}

/** A change of the resources that a pod asks for. */
export interface ResourceChange extends Omit<ReplicaChange, 'from'> {
  readonly quantity: 'cpuMillis' | 'memoryBytes';
  readonly from?: number;
}

/** A change of the workload and the event about it come apart by no more than this. */
const SAME_DECISION_MS = 15_000;

/**
 * The decisions of the last hour, each once: a change of replicas is seen on the workload, which has
 * the exact moment and both numbers, and in the autoscaler's event, which knows the reason.
 */
export class Timeline {
  private readonly decisions: Decision[] = [];
  /** Which event told of a decision: each event tells of one, and each decision has one. */
  private readonly told = new Map<string, string>();
  /** Events whose decision no watched change has been matched to yet, by the decision. */
  private readonly awaited = new Map<string, ScaleEvent>();
  /** Why the pods of a decision have not come, by the decision. */
  private readonly outcomes = new Map<string, string>();
  /** Seen, or seen again with a better reason, since {@link takeNew}. */
  private readonly fresh = new Set<string>();

  /** Not yet told to the listener. */
  private readonly unsettled = new Set<string>();
  private changes = 0;

  /**
   * @param onDecision called once for each decision, when no event can correct it any more, with what was
   *   decided before on the target
   */
  constructor(private readonly onDecision: (decision: Decision, before?: Decision) => void) {}

  /** Notes a change of replicas. */
  replicasChanged(change: ReplicaChange): void {
    const { time, namespace, target, from, to, autoscaler, why } = change;
    // two autoscalers at odds make the same change within seconds: only an event may have told of it before
    const told = this.find(change, ({ id }) => {
      const event = this.awaited.get(id);
      return event !== undefined && (event.from === undefined || event.from === from);
    });
    const event = told && this.awaited.get(told.id);
    if (told && event) {
      this.awaited.delete(told.id);
      const better = event.saysMore || autoscaler === undefined;
      return this.replace({ ...told, from, why: better ? event.why(from) : why });
    }
    this.changes += 1;
    this.add({
      // a watch that was away tells of what it missed in one millisecond, there and back again
      id: `${namespace}/${target.kind}/${target.name}/${time}/${to}/${this.changes}`,
      time,
      ...(autoscaler && { autoscaler }),
      namespace,
      target,
      quantity: 'replicas',
      from,
      to,
      why,
    });
  }

  /** Gives the reason of a change that was seen a moment ago. */
  explain(change: Omit<ReplicaChange, 'from'>): void {
    const seen = this.find(change, () => true);
    if (seen) this.replace({ ...seen, why: change.why });
  }

  /** Notes why pods that the last decision on a target asked for have not come; nothing where they have. */
  noteOutcome(namespace: string, target: TargetRef, outcome: string | undefined): void {
    const last = lastOf(this.decisions, namespace, target);
    if (!last || last.to <= (last.from ?? 0) || this.outcomes.get(last.id) === outcome) return;
    if (outcome === undefined) this.outcomes.delete(last.id);
    else this.outcomes.set(last.id, outcome);
    this.fresh.add(last.id);
  }

  /** Notes an autoscaler's event: the reason of a change that was seen, or one that was missed. */
  eventSeen(event: ScaleEvent): void {
    if ([...this.told.values()].includes(event.id)) return;
    const seen = this.find(
      event,
      (each) => !this.told.has(each.id) && (event.from === undefined || each.from === event.from),
    );
    if (seen) this.told.set(seen.id, event.id);
    const { autoscaler, why, saysMore } = event;
    if (seen) {
      const better = saysMore || seen.autoscaler === undefined;
      return this.replace({ ...seen, autoscaler, why: better ? why(seen.from) : seen.why });
    }
    const { id, time, namespace, target, from, to } = event;
    this.told.set(id, id);
    this.awaited.set(id, event);
    const earlier = this.decisions.filter((each) => each.time < time);
    const known = from ?? lastOf(earlier, namespace, target)?.to;
    this.add({
      id,
      time,
      autoscaler,
      namespace,
      target,
      quantity: 'replicas',
      ...(known !== undefined && { from: known }),
      to,
      why: why(known),
    });
  }

  /** Notes a change of what a pod asks for. */
  resourcesChanged(change: ResourceChange): void {
    const { time, namespace, target, quantity, from, to, autoscaler, why } = change;
    this.add({
      id: `${namespace}/${target.kind}/${target.name}/${time}/${quantity}/${to}`,
      time,
      ...(autoscaler && { autoscaler }),
      namespace,
      target,
      quantity,
      ...(from !== undefined && { from }),
      to,
      why,
    });
  }

  /** The decisions of the last hour, the oldest first. */
  all(now: number): Decision[] {
    this.forget(now);
    return this.decisions.map((each) => this.withOutcome(each));
  }

  /** Those that are new, or better explained, since the last call. */
  takeNew(): Decision[] {
    const taken = this.all(Date.now()).filter(({ id }) => this.fresh.has(id));
    this.fresh.clear();
    return taken;
  }

  /** Tells the listener of the decisions that nothing corrects any more. */
  settle(now: number): void {
    const settled = this.decisions.filter(
      ({ id, time }) => this.unsettled.has(id) && time < now - SAME_DECISION_MS,
    );
    for (const decision of settled) {
      this.unsettled.delete(decision.id);
      this.awaited.delete(decision.id);
      const earlier = this.decisions.slice(0, this.decisions.indexOf(decision));
      this.onDecision(decision, lastOf(earlier, decision.namespace, decision.target));
    }
  }

  private withOutcome(decision: Decision): Decision {
    const outcome = this.outcomes.get(decision.id);
    return outcome === undefined ? decision : { ...decision, why: `${decision.why}; ${outcome}` };
  }

  private add(decision: Decision): void {
    if (this.decisions.some(({ id }) => id === decision.id)) return;
    const after = this.decisions.findIndex(({ time }) => time > decision.time);
    this.decisions.splice(after === -1 ? this.decisions.length : after, 0, decision);
    this.fresh.add(decision.id);
    this.unsettled.add(decision.id);
    this.forget(Date.now());
  }

  private replace(decision: Decision): void {
    const index = this.decisions.findIndex(({ id }) => id === decision.id);
    if (JSON.stringify(this.decisions[index]) === JSON.stringify(decision)) return;
    this.decisions[index] = decision;
    this.fresh.add(decision.id);
  }

  private find(
    { namespace, target, to, time }: Pick<Decision, 'namespace' | 'target' | 'to' | 'time'>,
    fits: (decision: Decision) => boolean,
  ): Decision | undefined {
    const distance = (each: Decision) => Math.abs(each.time - time);
    return this.decisions
      .filter((each) => isOf(each, namespace, target) && each.to === to && fits(each))
      .filter((each) => distance(each) <= SAME_DECISION_MS)
      .sort((one, other) => distance(one) - distance(other))[0];
  }

  private forget(now: number): void {
    this.settle(now);
    const oldest = now - DECISION_MEMORY_SECONDS * 1000;
    while (this.decisions[0] && this.decisions[0].time < oldest) {
      const { id } = this.decisions.shift()!;
      this.told.delete(id);
      this.outcomes.delete(id);
    }
  }
}

function lastOf(
  decisions: readonly Decision[],
  namespace: string,
  target: TargetRef,
): Decision | undefined {
  return decisions.filter((each) => isOf(each, namespace, target)).at(-1);
}

function isOf(decision: Decision, namespace: string, target: TargetRef): boolean {
  return (
    decision.quantity === 'replicas' &&
    decision.namespace === namespace &&
    decision.target.kind === target.kind &&
    decision.target.name === target.name
  );
}
