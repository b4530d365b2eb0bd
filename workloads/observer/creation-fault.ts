import { conditionOf, type KubeEvent, type Workload } from './kube-objects';
import { eventTime } from './scaling-text';

/**
 * Why pods that a workload wants are not created, for example because of a quota.
 *
 * @param events of its namespace: a StatefulSet has no condition that says it
 */
export function creationFault(
  kind: string,
  workload: Workload,
  events: readonly KubeEvent[],
): string | undefined {
  const failure = conditionOf(workload, 'ReplicaFailure');
  if (failure?.status === 'True') {
    return `${failure.reason ?? 'FailedCreate'}: ${failure.message ?? 'pods are not created'}`;
  }
  const { metadata, spec, status } = workload;
  if (kind !== 'StatefulSet' || (status?.replicas ?? 0) >= (spec?.replicas ?? 0)) return undefined;
  const last = events
    .filter(
      ({ involvedObject: { kind: ofKind, name, namespace }, reason }) =>
        ofKind === kind &&
        name === metadata.name &&
        namespace === metadata.namespace &&
        (reason === 'FailedCreate' || reason === 'SuccessfulCreate'),
    )
    .sort((one, other) => eventTime(one) - eventTime(other))
    .at(-1);
  return last?.reason === 'FailedCreate' ? `FailedCreate: ${last.message ?? ''}` : undefined;
}
