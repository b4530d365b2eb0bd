/**
 * The parts of Kubernetes objects that the observer reads, as the API server sends them: times are
 * text. The client library's own types hold parsed times, which a watch does not give.
 */
export interface KubeObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
  };
}

/** One condition of an object's status. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** Resources of one container. */
export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
}

/** A Deployment or a StatefulSet. */
export interface Workload extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly template?: { readonly spec?: { readonly containers?: readonly Container[] } };
  };
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

/** A container's state in a pod's status. */
export interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly restartCount?: number;
  /** What the kubelet has applied; a resize that it refuses leaves this as it is. */
  readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
  readonly state?: {
    readonly running?: object;
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: { readonly reason?: string; readonly exitCode?: number };
  };
  readonly lastState?: {
    readonly terminated?: { readonly reason?: string; readonly exitCode?: number };
  };
}

/** A pod. */
export interface Pod extends KubeObject {
  readonly spec?: { readonly containers?: readonly Container[] };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly Condition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** The target or the present value of one metric of an autoscaler. */
export interface MetricValue {
  readonly type?: string;
  readonly value?: string;
  readonly averageValue?: string;
  readonly averageUtilization?: number;
}

/** One entry of `spec.metrics` or `status.currentMetrics`. */
export interface HpaMetric {
  readonly type: string;
  readonly resource?: NamedMetric;
  readonly containerResource?: NamedMetric & { readonly container: string };
  readonly external?: IdentifiedMetric;
  readonly pods?: IdentifiedMetric;
  readonly object?: IdentifiedMetric;
}

interface NamedMetric {
  readonly name: string;
  readonly target?: MetricValue;
  readonly current?: MetricValue;
}

interface IdentifiedMetric {
  readonly metric: { readonly name: string };
  readonly target?: MetricValue;
  readonly current?: MetricValue;
}

interface Target {
  readonly kind?: string;
  readonly name: string;
}

/** A HorizontalPodAutoscaler, autoscaling/v2. */
export interface HorizontalPodAutoscaler extends KubeObject {
  readonly spec?: {
    readonly scaleTargetRef: Target;
    readonly minReplicas?: number;
    readonly maxReplicas: number;
    readonly metrics?: readonly HpaMetric[];
  };
  readonly status?: {
    readonly currentReplicas?: number;
    readonly desiredReplicas?: number;
    readonly currentMetrics?: readonly HpaMetric[] | null;
    readonly conditions?: readonly Condition[];
  };
}

/** What a ScaledObject scales on; KEDA writes numbers as text here. */
export interface Trigger {
  readonly type: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** KEDA's ScaledObject. */
export interface ScaledObject extends KubeObject {
  readonly spec?: {
    readonly scaleTargetRef?: Target;
    readonly minReplicaCount?: number;
    readonly maxReplicaCount?: number;
    readonly idleReplicaCount?: number;
    readonly triggers?: readonly Trigger[];
  };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly hpaName?: string;
  };
}

/** A VerticalPodAutoscaler. */
export interface VerticalPodAutoscaler extends KubeObject {
  readonly spec?: {
    readonly targetRef?: Target;
    readonly updatePolicy?: { readonly updateMode?: string };
  };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly recommendation?: {
      readonly containerRecommendations?: readonly ContainerRecommendation[];
    };
  };
}

/** What a VerticalPodAutoscaler recommends for one container. */
export interface ContainerRecommendation {
  readonly containerName: string;
  readonly target: Readonly<Record<string, string>>;
  readonly lowerBound?: Readonly<Record<string, string>>;
  readonly upperBound?: Readonly<Record<string, string>>;
}

/** An Event of the core API. */
export interface KubeEvent extends KubeObject {
  readonly involvedObject: {
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
  };
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly series?: { readonly lastObservedTime?: string } | null;
  readonly eventTime?: string | null;
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
}

/** Says which kinds the API server knows. */
export interface CustomResourceDefinition extends KubeObject {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** The condition of a type. */
export function conditionOf(
  object: { readonly status?: { readonly conditions?: readonly Condition[] } },
  type: string,
): Condition | undefined {
  return object.status?.conditions?.find((condition) => condition.type === type);
}
