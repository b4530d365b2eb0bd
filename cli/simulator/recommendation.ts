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
  /** Pods whose sample is not to be used: pending, or not yet ready for a whole window of it. */
  readonly unready: number;
  /** Pods that run and have no sample yet. */
  readonly missing: number;
  /** Mean usage of the measured pods, as a share of what they request. */
  readonly utilization: number;
}

/**
 * Replicas for a resource metric with a target utilization, as in GetResourceReplicas of Kubernetes
 * 1.35 (pkg/controller/podautoscaler/replica_calculator.go). Upwards, pods without a usable sample
 * count as using nothing; downwards, those that are unready are left out, and those whose sample is
 * missing count as using all that they request.
 *
 * @param target share of the request, for example 0.5
 */
export function utilizationReplicas(
  { measured, unready, missing, utilization }: PodUsage,
  target: number,
  current: number,
  tolerance = DEFAULT_TOLERANCE,
): number {
  if (measured === 0) return current;
  // a target is a whole percentage, and the controller divides usage by requests in integers
  const targetPercent = Math.round(target * 100);
  const ratioOf = (usage: number, pods: number) => wholePercent(usage / pods) / targetPercent;
  const ratio = ratioOf(utilization * measured, measured);
  const idle = ratio > 1 ? unready : 0;
  if (idle + missing === 0) {
    return isWithin(ratio, tolerance) ? current : Math.ceil(ratio * measured);
  }
  const assumed = ratio < 1 ? missing * Math.max(1, target) : 0;
  const counted = measured + missing + idle;
  const cautious = ratioOf(utilization * measured + assumed, counted);
  const turns = ratio < 1 ? cautious > 1 : cautious < 1;
  if (turns || isWithin(cautious, tolerance)) return current;
  const replicas = Math.ceil(cautious * counted);
  // fewer pods may count than are wanted, so that a usage above the target asks for less than there is
  return cautious < 1 ? Math.min(replicas, current) : Math.max(replicas, current);
}

function wholePercent(share: number): number {
  return Math.trunc(share * 100 + 1e-9);
}

function isWithin(ratio: number, tolerance: number): boolean {
  return 1 - tolerance <= ratio && ratio <= 1 + tolerance;
}
