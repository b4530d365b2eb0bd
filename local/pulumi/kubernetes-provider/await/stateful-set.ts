import { conditionsOf, describeCondition, ready, type ReadinessCheck } from './readiness';
import { isObserved, podsOf, progressLine, workloadFields, workloadReasons } from './workload';

interface UpdateStrategy {
  readonly type?: string;
  readonly rollingUpdate?: { readonly partition?: number };
}

/**
 * A StatefulSet is ready when all of its pods are ready and of the newest revision; with the OnDelete
 * strategy, or below a partition, old pods may stay.
 */
export const statefulSetReadiness: ReadinessCheck = async (live, source) => {
  const { spec, status } = workloadFields(live);
  const strategy = ((live.spec as { updateStrategy?: UpdateStrategy }).updateStrategy ??
    {}) as UpdateStrategy;
  const wanted = spec.replicas ?? 1;
  const count = (field: string) => Number(status[field] ?? 0);
  const toUpdate =
    strategy.type === 'OnDelete'
      ? 0
      : Math.max(0, wanted - (strategy.rollingUpdate?.partition ?? 0));
  const updated =
    status.updateRevision === status.currentRevision ? wanted : count('updatedReplicas');
  const surplus = count('replicas') - wanted;
  const done = count('readyReplicas');
  if (isObserved(live) && done >= wanted && updated >= toUpdate && surplus <= 0) {
    return ready('StatefulSet initialization complete');
  }

  const pods = await podsOf(live, source);
  const conditions = conditionsOf(live)
    .filter(({ status: value }) => value === 'False')
    .map(describeCondition);
  return {
    ready: false,
    status: progressLine('[1/1]', done, wanted, pods),
    reasons: workloadReasons(conditions, pods),
  };
};
