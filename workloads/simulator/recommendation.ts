/** An HPA leaves the replicas alone while usage is this near to the target; Kubernetes' default is 0.1. */
export const DEFAULT_TOLERANCE = 0.1;

/**
 * Replicas for an external metric with a target per pod (`AverageValue`), as KEDA's HPAs have it:
 * the ceiling of usage / target, or the present replicas within the tolerance.
 *
 * @param usage the metric over all pods
 * @param current replicas that there are; at least 1
 */
export function averageValueReplicas(
  usage: number,
  target: number,
  current: number,
  tolerance = DEFAULT_TOLERANCE,
): number {
  return isWithin(usage / (target * current), tolerance) ? current : Math.ceil(usage / target);
}

/** What metrics-server knows of the pods of a workload. */
export interface PodUsage {
  /** Pods with a usable sample. */
  readonly measured: number;
  /** Pods that run and have none: not ready, or ready for less than one window. */
  readonly unready: number;
  /** Mean usage of the measured pods, as a share of what they request. */
  readonly utilization: number;
}

/**
 * Replicas for a resource metric with a target utilization. Upwards, pods without a sample count as
 * using nothing; downwards, they are left out.
 *
 * @param target share of the request, for example 0.5
 */
export function utilizationReplicas(
  { measured, unready, utilization }: PodUsage,
  target: number,
  current: number,
  tolerance = DEFAULT_TOLERANCE,
): number {
  if (measured === 0) return current;
  const ratio = utilization / target;
  if (unready === 0 || ratio <= 1) {
    return isWithin(ratio, tolerance) ? current : Math.ceil(ratio * measured);
  }
  const all = measured + unready;
  const spread = (ratio * measured) / all;
  if (isWithin(spread, tolerance) || spread < 1) return current;
  const replicas = Math.ceil(spread * all);
  return replicas < current ? current : replicas;
}

function isWithin(ratio: number, tolerance: number): boolean {
  return 1 - tolerance <= ratio && ratio <= 1 + tolerance;
}
