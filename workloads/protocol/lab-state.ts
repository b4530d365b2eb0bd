import * as z from 'zod';

/** NATS subjects of the lab's state. */
export const LAB_STATE_SUBJECTS = {
  /** {@link LabState} whenever something changed, at most once a second, with the new decisions. */
  state: 'lab.state',
  /** A request, without a body, that is answered with {@link LabState} and the decisions of an hour. */
  snapshot: 'lab.state.get',
} as const;

/** A state message comes at least this often, so that a reader can tell quiet from gone; seconds. */
export const LAB_STATE_HEARTBEAT_SECONDS = 15;

/** Pods that one message lists over all workloads; the others are only counted. */
export const MAX_LISTED_PODS = 100;

/** Decisions that one message carries; the latest ones. */
export const MAX_LISTED_DECISIONS = 200;

/** How long a decision stays in the timeline, in seconds. */
export const DECISION_MEMORY_SECONDS = 3600;

/** Unix time in milliseconds. */
const timeSchema = z.number();

/** What a container is given: CPU in thousandths of a core, memory in bytes; absent where unset. */
export const requestsSchema = z.object({
  cpuMillis: z.number().optional(),
  memoryBytes: z.number().optional(),
});

/** See {@link requestsSchema}. */
export type Requests = z.infer<typeof requestsSchema>;

/** The consumer that the worker scales on, or why its state cannot be had. */
export const queueStateSchema = z.discriminatedUnion('known', [
  z.object({
    known: z.literal(true),
    /** Requests that no worker has taken. */
    pending: z.number(),
    /** Requests that a worker has taken and not yet settled. */
    inFlight: z.number(),
    /** Requests in flight for the second time or more. */
    redelivered: z.number(),
    /** Requests given up; absent where their stream is not there. */
    deadLetters: z.number().optional(),
    /** Requests in the stream; more than pending and in flight where some were given up unseen. */
    streamMessages: z.number(),
  }),
  z.object({ known: z.literal(false), reason: z.string() }),
]);

/** See {@link queueStateSchema}. */
export type QueueState = z.infer<typeof queueStateSchema>;

/** One pod of a workload. */
export const podStateSchema = z.object({
  name: z.string(),
  /** Kubernetes' phase, or `Terminating` where the pod is being deleted. */
  phase: z.enum(['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown', 'Terminating']),
  ready: z.boolean(),
  /** When it was created. */
  since: timeSchema,
  restarts: z.number(),
  /**
   * Why it is not ready, in a word: `ImagePullBackOff`, `CrashLoopBackOff`, `Unschedulable`; or why it
   * was not resized: `ResizeInfeasible`, `ResizeDeferred`, `ResizeError`.
   */
  reason: z.string().optional(),
  message: z.string().optional(),
  /** Summed over its containers; absent where they are those of its workload. */
  requests: requestsSchema.optional(),
});

/** See {@link podStateSchema}. */
export type PodState = z.infer<typeof podStateSchema>;

/**
 * `idle`: scaled to zero on purpose. `ok`: as many pods are ready as are wanted. `scaling`: pods
 * start or go. `broken`: a pod cannot start or keeps ending; `reason` says why.
 */
export const workloadStatusSchema = z.enum(['idle', 'ok', 'scaling', 'broken']);

/** See {@link workloadStatusSchema}. */
export type WorkloadStatus = z.infer<typeof workloadStatusSchema>;

/** One Deployment or StatefulSet of the lab. */
export const workloadStateSchema = z.object({
  kind: z.enum(['Deployment', 'StatefulSet']),
  namespace: z.string(),
  name: z.string(),
  wanted: z.number(),
  ready: z.number(),
  status: workloadStatusSchema,
  /** Why it is broken, or why a pod that runs was not given the resources that were asked for it. */
  reason: z.string().optional(),
  /** What its pod template asks for, summed over the containers. */
  requests: requestsSchema,
  /** The oldest first. */
  pods: z.array(podStateSchema),
  /** Pods beyond {@link MAX_LISTED_PODS}. */
  unlistedPods: z.number(),
});

/** See {@link workloadStateSchema}. */
export type WorkloadState = z.infer<typeof workloadStateSchema>;

/** One number that an autoscaler looks at. */
export const metricStateSchema = z.object({
  /** `cpu`, `memory`, `cpu of <container>`, or the external metric's name. */
  name: z.string(),
  /** Absent until the autoscaler has read it. */
  current: z.number().optional(),
  target: z.number(),
  /**
   * `Utilization`: percent of the requests. `AverageValue`: per pod. `Value`: as it is. CPU values
   * are in cores, memory values in bytes.
   */
  type: z.enum(['Utilization', 'AverageValue', 'Value']),
});

/** See {@link metricStateSchema}. */
export type MetricState = z.infer<typeof metricStateSchema>;

/** What a VerticalPodAutoscaler would give one container. */
export const recommendationSchema = z.object({
  container: z.string(),
  target: requestsSchema,
  lower: requestsSchema,
  upper: requestsSchema,
});

/** See {@link recommendationSchema}. */
export type Recommendation = z.infer<typeof recommendationSchema>;

/** Kinds of autoscalers. */
export const autoscalerKindSchema = z.enum([
  'ScaledObject',
  'HorizontalPodAutoscaler',
  'VerticalPodAutoscaler',
]);

/**
 * `idle`: nothing to do, at zero on purpose. `active`: it works. `limited`: it wants what its bounds
 * forbid. `frozen`: another autoscaler selects the same pods, so neither scales. `failing`: it
 * cannot read its metric or is not ready. `unknown`: it has not said anything yet.
 */
export const autoscalerStatusSchema = z.enum([
  'idle',
  'active',
  'limited',
  'frozen',
  'failing',
  'unknown',
]);

/** See {@link autoscalerStatusSchema}. */
export type AutoscalerStatus = z.infer<typeof autoscalerStatusSchema>;

/** Names an autoscaler. */
export const autoscalerRefSchema = z.object({
  kind: autoscalerKindSchema,
  namespace: z.string(),
  name: z.string(),
});

/** See {@link autoscalerRefSchema}. */
export type AutoscalerRef = z.infer<typeof autoscalerRefSchema>;

/** What an autoscaler scales; in the autoscaler's namespace. */
export const targetRefSchema = z.object({ kind: z.string(), name: z.string() });

/** See {@link targetRefSchema}. */
export type TargetRef = z.infer<typeof targetRefSchema>;

/** One autoscaler. Replicas are absent on a VerticalPodAutoscaler. */
export const autoscalerStateSchema = autoscalerRefSchema.extend({
  target: targetRefSchema,
  min: z.number().optional(),
  max: z.number().optional(),
  current: z.number().optional(),
  desired: z.number().optional(),
  metrics: z.array(metricStateSchema),
  status: autoscalerStatusSchema,
  /** The condition's own word, for example `AmbiguousSelector`. */
  reason: z.string().optional(),
  message: z.string().optional(),
  /** Name of the ScaledObject that made this HorizontalPodAutoscaler. */
  scaledObject: z.string().optional(),
  /** The VerticalPodAutoscaler's update mode, for example `Off` or `InPlaceOrRecreate`. */
  updateMode: z.string().optional(),
  /** Of a VerticalPodAutoscaler; empty until it has one. */
  recommendations: z.array(recommendationSchema).optional(),
});

/** See {@link autoscalerStateSchema}. */
export type AutoscalerState = z.infer<typeof autoscalerStateSchema>;

/** One change of a workload's size: who, from, to, why. */
export const decisionSchema = z.object({
  /** The same for the same decision in every message. */
  id: z.string(),
  time: timeSchema,
  /** Absent where no autoscaler did it: a person, or a deployment. */
  autoscaler: autoscalerRefSchema.optional(),
  namespace: z.string(),
  target: targetRefSchema,
  /** What changed: replicas, CPU request in thousandths of a core, or memory request in bytes. */
  quantity: z.enum(['replicas', 'cpuMillis', 'memoryBytes']),
  /** Absent where the observer did not see the value before. */
  from: z.number().optional(),
  to: z.number(),
  /** A sentence: `KEDA scaled worker from 0 to 1: 5 requests wait`. */
  why: z.string(),
});

/** See {@link decisionSchema}. */
export type Decision = z.infer<typeof decisionSchema>;

/** Whether the observer sees the cluster; where it does not, the rest is how it was last seen. */
export const kubernetesStateSchema = z.object({
  status: z.enum(['watching', 'away']),
  /** Since when. */
  since: timeSchema,
  reason: z.string().optional(),
});

/** See {@link kubernetesStateSchema}. */
export type KubernetesState = z.infer<typeof kubernetesStateSchema>;

/** The state of the lab in one message of less than 64 kB with 100 pods. */
export const labStateSchema = z.object({
  time: timeSchema,
  /** Start of the observer; with it `sequence` begins again. */
  startedAt: timeSchema,
  /** Grows with every change, also with those that no message of their own was sent for. */
  sequence: z.number(),
  kubernetes: kubernetesStateSchema,
  queue: queueStateSchema,
  workloads: z.array(workloadStateSchema),
  autoscalers: z.array(autoscalerStateSchema),
  /** The oldest first. In a state message those since the last one, in a snapshot those of an hour. */
  decisions: z.array(decisionSchema),
});

/** See {@link labStateSchema}. */
export type LabState = z.infer<typeof labStateSchema>;
