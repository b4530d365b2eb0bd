import type { KubeObject, ObjectReference } from '../kube-object';

/** Whether an object does its work, and why not. */
export interface Readiness {
  readonly ready: boolean;
  /** Whether waiting longer is pointless. @default false */
  readonly failed?: boolean;
  /** One short line for the display while waiting. */
  readonly status: string;
  /** What to tell the user when the wait ends without success. */
  readonly reasons: readonly string[];
}

/** What a check may look at besides the object itself. */
export interface ReadinessSource {
  get(reference: ObjectReference): Promise<KubeObject | undefined>;
  list(
    type: Pick<ObjectReference, 'apiVersion' | 'kind' | 'namespace'>,
    labels: Readonly<Record<string, string>>,
  ): Promise<KubeObject[]>;
  /** Milliseconds since the wait began; infinite where nobody waits, as in a refresh. */
  readonly waitedMs: number;
}

/** Judges the live object of one kind. */
export type ReadinessCheck = (live: KubeObject, source: ReadinessSource) => Promise<Readiness>;

/** One entry of `status.conditions`. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** The conditions of an object, empty where it has none yet. */
export function conditionsOf(object: KubeObject): readonly Condition[] {
  const status = object.status as { conditions?: Condition[] } | undefined;
  return status?.conditions ?? [];
}

/** The condition of a type, where there is one. */
export function conditionOf(object: KubeObject, type: string): Condition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

/** A condition as the user reads it: `[Reason] message`. */
export function describeCondition(condition: Condition): string {
  return `[${condition.reason ?? condition.type}] ${condition.message ?? ''}`.trimEnd();
}

/** The answer for an object that needs nothing more. */
export function ready(status: string): Readiness {
  return { ready: true, status, reasons: [] };
}
