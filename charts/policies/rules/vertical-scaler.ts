import { type GraphObject, type LabGraph } from './lab-graph';

/** How a VerticalPodAutoscaler sizes one container; the names and defaults are Kubernetes' own. */
export interface RenderedContainerPolicy {
  /** `*`, or nothing, for each container that no other policy names. */
  readonly containerName?: string;
  readonly mode?: string;
  readonly maxAllowed?: Readonly<Record<string, string>>;
  readonly controlledResources?: readonly string[];
  readonly controlledValues?: string;
}

/** A VerticalPodAutoscaler that sets what pods request; one that only advises is none. */
export interface VerticalScaler {
  readonly object: GraphObject;
  readonly target: { readonly kind: string; readonly name: string; readonly namespace?: string };
  readonly policies: readonly RenderedContainerPolicy[];
}

// Kubernetes' own, where a policy, or the object, says nothing
const ALL_RESOURCES = ['cpu', 'memory'];

/** The lab's autoscalers of requests. */
export function verticalScalersOf(graph: LabGraph): VerticalScaler[] {
  return graph
    .ofKind('VerticalPodAutoscaler')
    .map((object) => ({ object, spec: object.manifest.spec as VerticalSpec }))
    .filter(({ spec }) => spec.updatePolicy?.updateMode !== 'Off')
    .map(({ object, spec: { targetRef, resourcePolicy } }) => ({
      object,
      target: { ...targetRef, namespace: object.manifest.metadata.namespace },
      policies: resourcePolicy?.containerPolicies ?? [{}],
    }));
}

/** The policy that holds for a container; undefined where it is left as it is. */
export function policyOf(
  { policies }: VerticalScaler,
  container: string,
): RenderedContainerPolicy | undefined {
  const policy =
    policies.find(({ containerName }) => containerName === container) ??
    policies.find(({ containerName = '*' }) => containerName === '*') ??
    {};
  return policy.mode === 'Off' ? undefined : policy;
}

/** What a policy sets of a container; nothing where its mode is `Off`. */
export function sizedResources(policy: RenderedContainerPolicy): readonly string[] {
  return policy.mode === 'Off' ? [] : (policy.controlledResources ?? ALL_RESOURCES);
}

interface VerticalSpec {
  readonly targetRef: { readonly kind: string; readonly name: string };
  readonly updatePolicy?: { readonly updateMode?: string };
  readonly resourcePolicy?: { readonly containerPolicies?: readonly RenderedContainerPolicy[] };
}
