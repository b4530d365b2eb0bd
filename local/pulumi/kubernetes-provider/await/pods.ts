import type { KubeObject } from '../kube-object';
import { conditionOf, describeCondition } from './readiness';

interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly ready?: boolean;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: {
    readonly exitCode: number;
    readonly reason?: string;
    readonly message?: string;
  };
}

interface PodStatus {
  readonly phase?: string;
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
}

/** What a container does while it starts: no reason to worry anybody. */
const STARTING = new Set(['ContainerCreating', 'PodInitializing', undefined]);

/** Whether the pod has the Ready condition. */
export function isPodReady(pod: KubeObject): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True';
}

/** Whether the pod is on its way out. */
export function isPodEnding(pod: KubeObject): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

/** Says for each pod that is not ready why it is not; pods that merely start say nothing. */
export function podTroubles(pods: readonly KubeObject[]): string[] {
  return [...new Set(pods.filter((pod) => !isPodEnding(pod)).flatMap(troublesOf))];
}

/** What the pods wait for, in a few words; empty where there is nothing to say. */
export function podHint(pods: readonly KubeObject[]): string {
  const waiting = pods.filter((pod) => !isPodEnding(pod) && !isPodReady(pod));
  const reasons = waiting.flatMap((pod) =>
    containersOf(pod).map((container) => container.state?.waiting?.reason),
  );
  if (reasons.some((reason) => /Image|Registry/.test(reason ?? ''))) return 'waiting for image';
  if (reasons.includes('CrashLoopBackOff')) return 'a container keeps crashing';
  if (waiting.some((pod) => conditionOf(pod, 'PodScheduled')?.status === 'False')) {
    return 'waiting for a node with room';
  }
  if (reasons.some((reason) => reason !== undefined)) return 'containers are starting';
  return waiting.length > 0 ? 'waiting for readiness' : '';
}

/** The containers that ended with a failure: `container "c" completed with exit code 3`. */
export function failedContainers(pods: readonly KubeObject[]): string[] {
  const ended = pods.flatMap((pod) =>
    containersOf(pod).flatMap(({ name, state, lastState }) => {
      const terminated = state?.terminated ?? lastState?.terminated;
      if (terminated === undefined || terminated.exitCode === 0) return [];
      const message = terminated.message ? `: ${terminated.message.trim()}` : '';
      return [`container "${name}" completed with exit code ${terminated.exitCode}${message}`];
    }),
  );
  return [...new Set(ended)];
}

function troublesOf(pod: KubeObject): string[] {
  const { namespace, name } = pod.metadata;
  const label = `[Pod ${namespace}/${name}]`;
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False') return [`${label}: ${describeCondition(scheduled)}`];
  const containers = containersOf(pod).flatMap(describeContainer);
  if (containers.length > 0) {
    return [`${label}: containers with unready status: ${containers.join(', ')}`];
  }
  const readiness = conditionOf(pod, 'Ready');
  const succeeded = (pod.status as PodStatus | undefined)?.phase === 'Succeeded';
  if (readiness?.status !== 'False' || succeeded) return [];
  return [`${label}: ${describeCondition(readiness)}`];
}

function describeContainer(container: ContainerStatus): string[] {
  const { name, image, state, lastState } = container;
  const waiting = state?.waiting;
  if (waiting !== undefined && !STARTING.has(waiting.reason)) {
    const crash = lastState?.terminated;
    const message = waiting.message ?? '';
    const exit = crash === undefined ? '' : `, last exit code ${crash.exitCode}`;
    const named = image && !message.includes(image) ? ` (image "${image}"${exit})` : exit;
    return [`[${name}][${waiting.reason}] ${message}${named}`.trimEnd()];
  }
  const terminated = state?.terminated;
  if (terminated !== undefined && terminated.exitCode !== 0) {
    const message = terminated.message ? `: ${terminated.message.trim()}` : '';
    return [
      `[${name}][${terminated.reason ?? 'Error'}] exit code ${terminated.exitCode}${message}`,
    ];
  }
  return [];
}

function containersOf(pod: KubeObject): ContainerStatus[] {
  const status = pod.status as PodStatus | undefined;
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}
