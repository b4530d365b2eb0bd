import { conditionsOf, describeCondition, ready, type ReadinessCheck } from './readiness';
import { isObserved, podsOf, progressLine, workloadFields, workloadReasons } from './workload';

/** A Deployment is ready when its newest pods, and only they, are available; zero replicas are at once. */
export const deploymentReadiness: ReadinessCheck = async (live, source) => {
  const { spec, status } = workloadFields(live);
  if ((live.spec as { paused?: boolean }).paused) return ready('Deployment is paused');
  const wanted = spec.replicas ?? 1;
  const count = (field: string) => Number(status[field] ?? 0);
  const updated = count('updatedReplicas');
  const available = count('availableReplicas');
  const old = count('replicas') - updated;
  if (isObserved(live) && updated >= wanted && available >= wanted && old <= 0) {
    return ready('Deployment initialization complete');
  }

  const pods = await podsOf(live, source);
  const rolledOut = isObserved(live) && updated >= wanted && available >= wanted;
  const conditions = conditionsOf(live)
    .filter(({ type, status: value }) =>
      type === 'ReplicaFailure' ? value === 'True' : value === 'False',
    )
    .map(describeCondition);
  return {
    ready: false,
    status: rolledOut
      ? `[2/2] waiting for ${old} old pods to end`
      : progressLine('[1/2]', Math.min(available, updated), wanted, pods),
    reasons: workloadReasons(conditions, pods),
  };
};
