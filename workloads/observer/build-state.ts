import {
  type AutoscalerState,
  type Decision,
  type KubernetesState,
  type LabState,
  MAX_LISTED_DECISIONS,
  MAX_LISTED_PODS,
  type QueueState,
  type WorkloadState,
} from '../protocol/lab-state';
import { hpaState, scaledObjectState, vpaState } from './autoscaler-state';
import { type WatchedKind, type WatchedKinds } from './cluster-watch';
import { type KubeObject } from './kube-objects';
import { workloadState } from './workload-state';

/** What a state is made of. */
export interface StateInputs {
  readonly now: number;
  readonly startedAt: number;
  readonly sequence: number;
  readonly kubernetes: KubernetesState;
  readonly queue: QueueState;
  /** Why KEDA cannot measure the queue, although the observer may. */
  readonly monitorFault?: string;
  readonly objects: <K extends WatchedKind>(kind: K) => readonly WatchedKinds[K][];
  readonly decisions: readonly Decision[];
}

/** The lab's state at one moment, as it is published. */
export function buildState(inputs: StateInputs): LabState {
  const { now, startedAt, sequence, kubernetes, queue, objects, decisions } = inputs;
  return {
    time: now,
    startedAt,
    sequence,
    kubernetes,
    queue,
    workloads: workloads(objects),
    autoscalers: autoscalers(inputs),
    decisions: decisions.slice(-MAX_LISTED_DECISIONS),
  };
}

function workloads(objects: StateInputs['objects']): WorkloadState[] {
  const [pods, events] = [objects('Pod'), objects('Event')];
  const all = (['Deployment', 'StatefulSet'] as const).flatMap((kind) =>
    objects(kind).map((workload) => ({ kind, workload })),
  );
  let room = MAX_LISTED_PODS;
  return all
    .sort((one, other) => byName(one.workload, other.workload))
    .map(({ kind, workload }) => {
      const state = workloadState(kind, workload, pods, room, events);
      room -= state.pods.length;
      return state;
    });
}

function autoscalers({ objects, queue, monitorFault }: StateInputs): AutoscalerState[] {
  const hpas = objects('HorizontalPodAutoscaler');
  const targets = [...objects('Deployment'), ...objects('StatefulSet')];
  const named = <T extends KubeObject>(list: readonly T[], like: KubeObject, name: string) =>
    list.find(
      ({ metadata }) => metadata.namespace === like.metadata.namespace && metadata.name === name,
    );
  return [
    ...sorted(objects('ScaledObject')).map((object) => {
      const hpaName = object.status?.hpaName ?? `keda-hpa-${object.metadata.name}`;
      const targetName = object.spec?.scaleTargetRef?.name ?? '';
      return scaledObjectState(
        object,
        named(hpas, object, hpaName),
        named(targets, object, targetName),
        queue,
        monitorFault,
      );
    }),
    ...sorted(hpas).map(hpaState),
    ...sorted(objects('VerticalPodAutoscaler')).map(vpaState),
  ];
}

function sorted<T extends KubeObject>(objects: readonly T[]): T[] {
  return [...objects].sort(byName);
}

function byName({ metadata: one }: KubeObject, { metadata: other }: KubeObject): number {
  const [a, b] = [one, other].map(({ namespace, name }) => `${namespace}/${name}`);
  return a!.localeCompare(b!);
}
