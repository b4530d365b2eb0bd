import { type PodState } from '../protocol/lab-state';
import { conditionOf, type ContainerStatus, type Pod } from './kube-objects';
import { givenRequests, sameRequests } from './quantities';
import { type Requests } from '../protocol/lab-state';

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed'] as const;

/** Reasons of a waiting container that do not pass by themselves. */
const FAULTS = /BackOff|^Err|Error$|Invalid/;

/** A container ended with an error this often: from then on a short run in between is no recovery. */
const MANY_RESTARTS = 3;

const LONGEST_MESSAGE = 200;

interface Fault {
  readonly reason: string;
  readonly message: string;
}

/**
 * A pod as the lab's state shows it.
 *
 * @param template what the pods of its workload ask for by their template
 */
export function podState(pod: Pod, template: Requests): PodState {
  const requests = givenRequests(pod);
  const fault = podFault(pod) ?? resizeFault(pod);
  return {
    name: pod.metadata.name,
    phase: phaseOf(pod),
    ready: conditionOf(pod, 'Ready')?.status === 'True',
    since: Date.parse(pod.metadata.creationTimestamp ?? '') || 0,
    restarts: containersOf(pod).reduce((sum, { restartCount = 0 }) => sum + restartCount, 0),
    ...(fault && { reason: fault.reason, message: shorten(fault.message) }),
    ...(!sameRequests(requests, template) && { requests }),
  };
}

/** Why a pod cannot run, where that does not pass by itself. */
export function podFault(pod: Pod): Fault | undefined {
  if (pod.metadata.deletionTimestamp) return undefined;
  for (const container of containersOf(pod)) {
    const fault = containerFault(container, pod);
    if (fault) return fault;
  }
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False') {
    return { reason: scheduled.reason ?? 'Unschedulable', message: scheduled.message ?? '' };
  }
  return undefined;
}

/** Why a pod has not been given the resources that were asked for it; it runs with those it had. */
export function resizeFault(pod: Pod): Fault | undefined {
  const pending = conditionOf(pod, 'PodResizePending');
  const progress = conditionOf(pod, 'PodResizeInProgress');
  const failed = progress?.status === 'True' && progress.reason === 'Error' ? progress : undefined;
  const condition = pending?.status === 'True' ? pending : failed;
  if (!condition || pod.metadata.deletionTimestamp) return undefined;
  const { reason = 'Pending', message = 'the kubelet has not resized the pod' } = condition;
  return { reason: `Resize${reason}`, message };
}

/** An evicted or finished pod stays as a record; nothing of it runs. */
export function hasEnded(pod: Pod): boolean {
  return pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded';
}

function containersOf({ status }: Pod): readonly ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

function containerFault(container: ContainerStatus, pod: Pod): Fault | undefined {
  const { name, state, lastState, restartCount = 0 } = container;
  const waiting = state?.waiting;
  if (waiting?.reason && FAULTS.test(waiting.reason)) {
    const image = pod.spec?.containers?.find((each) => each.name === name)?.image;
    const about = /Image/.test(waiting.reason) && image ? ` "${image}"` : '';
    return {
      reason: waiting.reason,
      message: `container "${name}"${about}: ${waiting.message ?? waiting.reason}`,
    };
  }
  const ended = state?.terminated ?? (state?.waiting ? lastState?.terminated : undefined);
  if (ended && ended.exitCode !== 0 && restartCount >= MANY_RESTARTS) {
    return {
      reason: ended.reason ?? 'Error',
      message: `container "${name}" ended with exit code ${ended.exitCode} after ${restartCount} restarts`,
    };
  }
  return undefined;
}

function phaseOf(pod: Pod): PodState['phase'] {
  if (pod.metadata.deletionTimestamp) return 'Terminating';
  return PHASES.find((phase) => phase === pod.status?.phase) ?? 'Unknown';
}

/** Cuts a text of the cluster to what a message has room for. */
export function shorten(text: string): string {
  return text.length <= LONGEST_MESSAGE ? text : `${text.slice(0, LONGEST_MESSAGE - 3)}...`;
}
