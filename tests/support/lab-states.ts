import {
  type AutoscalerState,
  type LabState,
  labStateSchema,
  type PodState,
  type WorkloadState,
} from '../../workloads/protocol/lab-state';
import { FRONTEND, REDIS, WORKER } from '../../workloads/protocol/names';

/** A pod that is ready, where nothing else is said. */
export function podNamed(name: string, fields: Partial<PodState> = {}): PodState {
  return { name, phase: 'Running', ready: true, since: 0, restarts: 0, ...fields };
}

/** The worker with so many pods, all of them ready. */
export function workerOf(count: number, fields: Partial<WorkloadState> = {}): WorkloadState {
  return {
    kind: 'Deployment',
    namespace: WORKER.namespace,
    name: WORKER.deployment,
    wanted: count,
    ready: count,
    status: count === 0 ? 'idle' : 'ok',
    requests: {},
    pods: Array.from({ length: count }, (_, index) => podNamed(`worker-pod-${index}`)),
    unlistedPods: 0,
    ...fields,
  };
}

/** What scales the worker. */
export function scaledObjectOf(fields: Partial<AutoscalerState> = {}): AutoscalerState {
  return {
    kind: 'ScaledObject',
    namespace: WORKER.namespace,
    name: WORKER.scaledObject,
    target: { kind: 'Deployment', name: WORKER.deployment },
    min: 0,
    max: 10,
    current: 0,
    desired: 0,
    metrics: [],
    status: 'idle',
    ...fields,
  };
}

/** The lab at rest as its observer tells it, with what a test changes. */
export function labStateOf(fields: Partial<LabState> = {}): LabState {
  const page: WorkloadState = {
    ...workerOf(1),
    namespace: FRONTEND.namespace,
    name: FRONTEND.deployment,
    pods: [podNamed('frontend-pod')],
  };
  const redis: WorkloadState = {
    ...workerOf(1),
    kind: 'StatefulSet',
    namespace: REDIS.namespace,
    name: REDIS.statefulSet,
    requests: { cpuMillis: 50, memoryBytes: 2 ** 26 },
    pods: [podNamed('redis-0', { requests: { cpuMillis: 63, memoryBytes: 2 ** 27 } })],
  };
  const pageScaler: AutoscalerState = {
    ...scaledObjectOf(),
    kind: 'HorizontalPodAutoscaler',
    name: FRONTEND.autoscaler,
    target: { kind: 'Deployment', name: FRONTEND.deployment },
    min: 1,
    max: 5,
    metrics: [{ name: 'cpu', current: 12, target: 30, type: 'Utilization' }],
    status: 'active',
  };
  return labStateSchema.parse({
    time: Date.now(),
    startedAt: 1,
    sequence: 1,
    kubernetes: { status: 'watching', since: 0 },
    queue: { known: true, pending: 0, inFlight: 0, redelivered: 0, streamMessages: 0 },
    workloads: [workerOf(0), page, redis],
    autoscalers: [scaledObjectOf(), pageScaler],
    decisions: [],
    ...fields,
  });
}
