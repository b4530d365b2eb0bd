import type { KubeObject } from '../kube-object';
import { isPodEnding, podHint, podTroubles } from './pods';
import type { ReadinessSource } from './readiness';

/** The fields that Deployments, StatefulSets and DaemonSets share. */
export interface WorkloadFields {
  readonly spec: {
    readonly replicas?: number;
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  };
  readonly status: Readonly<Record<string, number | string | undefined>>;
}

/** Reads the shared fields of a workload; the status is empty until its controller has seen it. */
export function workloadFields(live: KubeObject): WorkloadFields {
  return {
    spec: (live.spec ?? {}) as WorkloadFields['spec'],
    status: (live.status ?? {}) as WorkloadFields['status'],
  };
}

/** Whether the controller has seen the latest change: before that, its status tells of the past. */
export function isObserved(live: KubeObject): boolean {
  const { status } = workloadFields(live);
  return Number(status.observedGeneration ?? 0) >= (live.metadata.generation ?? 0);
}

/** The pods that a workload selects, without those that are ending. */
export async function podsOf(live: KubeObject, source: ReadinessSource): Promise<KubeObject[]> {
  const labels = workloadFields(live).spec.selector?.matchLabels;
  if (labels === undefined) return [];
  const namespace = live.metadata.namespace;
  const pods = await source.list({ apiVersion: 'v1', kind: 'Pod', namespace }, labels);
  return pods.filter((pod) => !isPodEnding(pod));
}

/** The status line of a workload while its pods come up: `[1/2] 0 of 1 pods ready: waiting for image`. */
export function progressLine(
  step: string,
  done: number,
  wanted: number,
  pods: readonly KubeObject[],
): string {
  const hint = podHint(pods);
  return `${step} ${done} of ${wanted} pods ready${hint && `: ${hint}`}`;
}

/** What to tell of a workload that did not come up. */
export function workloadReasons(
  conditions: readonly string[],
  pods: readonly KubeObject[],
): string[] {
  return [...conditions, 'Minimum number of live Pods was not attained', ...podTroubles(pods)];
}
