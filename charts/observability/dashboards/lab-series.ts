import { FRONTEND, REDIS, WORKER } from '../../../workloads/protocol/names';

/** A workload by the labels that the observer's metrics have. */
interface Workload {
  readonly namespace: string;
  readonly name: string;
}

/** The workloads that something scales. */
export const SCALED = {
  worker: { namespace: WORKER.namespace, name: WORKER.deployment },
  page: { namespace: FRONTEND.namespace, name: FRONTEND.deployment },
  redis: { namespace: REDIS.namespace, name: REDIS.statefulSet },
} as const satisfies Readonly<Record<string, Workload>>;

/** Pods of a workload: how many its autoscaler asked for, or how many are ready. */
export function replicas({ namespace, name }: Workload, state: 'wanted' | 'ready'): string {
  return `max(lab_workload_replicas{namespace="${namespace}",workload="${name}",state="${state}"})`;
}

/** What one pod of a workload asks for at the moment. */
export function requested({ namespace, name }: Workload, unit: 'cpu_cores' | 'memory_bytes') {
  return `max(lab_workload_requests_${unit}{namespace="${namespace}",workload="${name}"})`;
}

/** What the VerticalPodAutoscaler would give one pod of a workload. */
export function recommended(
  { namespace, name }: Workload,
  unit: 'cpu_cores' | 'memory_bytes',
  bound: 'target' | 'lower' | 'upper',
): string {
  return `max(lab_vpa_recommendation_${unit}{namespace="${namespace}",target="${name}",bound="${bound}"})`;
}
