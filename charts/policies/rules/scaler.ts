import { type GraphObject, type LabGraph } from './lab-graph';

/** A trigger of a ScaledObject. */
export interface RenderedTrigger {
  readonly type: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** An autoscaler of replicas: a KEDA ScaledObject or an HPA. */
export interface Scaler {
  readonly object: GraphObject;
  /** Kind and name, for messages. */
  readonly label: string;
  readonly target: { readonly kind: string; readonly name: string; readonly namespace?: string };
  readonly maxReplicas: number;
  /** Seconds without work before the target goes to zero; undefined for an HPA. */
  readonly cooldownPeriod?: number;
  /** Empty for an HPA. */
  readonly triggers: readonly RenderedTrigger[];
}

// KEDA's own, where the ScaledObject says nothing
const KEDA_MAX_REPLICAS = 100;
const KEDA_COOLDOWN_SECONDS = 300;

/** The lab's autoscalers of replicas. */
export function scalersOf(graph: LabGraph): Scaler[] {
  return [
    ...graph.ofKind('ScaledObject').map(fromScaledObject),
    ...graph.ofKind('HorizontalPodAutoscaler').map(fromAutoscaler),
  ];
}

/** What a scaler scales; undefined where the lab has no such object. */
export function targetOf(graph: LabGraph, { target }: Scaler): GraphObject | undefined {
  return graph.find(target.kind, target.name, target.namespace);
}

interface ScaleTargetRef {
  readonly kind?: string;
  readonly name: string;
}

function fromScaledObject(object: GraphObject): Scaler {
  const spec = object.manifest.spec as {
    readonly scaleTargetRef: ScaleTargetRef;
    readonly maxReplicaCount?: number;
    readonly cooldownPeriod?: number;
    readonly triggers: readonly RenderedTrigger[];
  };
  return {
    ...common(object, spec.scaleTargetRef),
    maxReplicas: spec.maxReplicaCount ?? KEDA_MAX_REPLICAS,
    cooldownPeriod: spec.cooldownPeriod ?? KEDA_COOLDOWN_SECONDS,
    triggers: spec.triggers,
  };
}

function fromAutoscaler(object: GraphObject): Scaler {
  const spec = object.manifest.spec as {
    readonly scaleTargetRef: ScaleTargetRef;
    readonly maxReplicas: number;
  };
  return { ...common(object, spec.scaleTargetRef), maxReplicas: spec.maxReplicas, triggers: [] };
}

function common(object: GraphObject, { kind = 'Deployment', name }: ScaleTargetRef) {
  const { metadata } = object.manifest;
  return {
    object,
    label: `${object.manifest.kind} "${metadata.name}"`,
    target: { kind, name, namespace: metadata.namespace },
  };
}
