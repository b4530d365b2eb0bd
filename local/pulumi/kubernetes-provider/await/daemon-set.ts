import { ready, type ReadinessCheck } from './readiness';
import { isObserved, podsOf, progressLine, workloadFields, workloadReasons } from './workload';

/** A DaemonSet is ready when every node that it wants has an available pod of the newest revision. */
export const daemonSetReadiness: ReadinessCheck = async (live, source) => {
  const { status } = workloadFields(live);
  const strategy = (live.spec as { updateStrategy?: { type?: string } }).updateStrategy?.type;
  const count = (field: string) => Number(status[field] ?? 0);
  const wanted = count('desiredNumberScheduled');
  const updated = strategy === 'OnDelete' ? wanted : count('updatedNumberScheduled');
  const available = count('numberAvailable');
  if (isObserved(live) && updated >= wanted && available >= wanted) {
    return ready('DaemonSet initialization complete');
  }
  const pods = await podsOf(live, source);
  return {
    ready: false,
    status: progressLine('[1/1]', Math.min(available, updated), wanted, pods),
    reasons: workloadReasons([], pods),
  };
};
