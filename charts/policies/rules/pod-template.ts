import { type GraphObject, type LabGraph } from './lab-graph';

/** The fields of a container that rules look at. */
export interface RenderedContainer {
  readonly name: string;
  readonly image?: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
  readonly securityContext?: RenderedContainerSecurity;
}

/** See the Kubernetes API: SecurityContext. */
export interface RenderedContainerSecurity extends RenderedPodSecurity {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
}

/** What a pod and a container may both say. */
export interface RenderedPodSecurity {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly seccompProfile?: { readonly type?: string };
}

/** The fields of a pod that rules look at. */
export interface RenderedPodSpec {
  readonly containers: readonly RenderedContainer[];
  readonly initContainers?: readonly RenderedContainer[];
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext?: RenderedPodSecurity;
  readonly terminationGracePeriodSeconds?: number;
  readonly topologySpreadConstraints?: readonly {
    readonly topologyKey: string;
    readonly labelSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  }[];
  readonly volumes?: readonly { readonly name: string; readonly hostPath?: object }[];
}

/** What an object starts. */
export interface PodTemplate {
  readonly object: GraphObject;
  /** Labels of its pods. */
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: RenderedPodSpec;
  /** The init containers, then the others. */
  readonly containers: readonly RenderedContainer[];
}

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job']);

/** The pods that an object starts; undefined for an object that starts none. */
export function podTemplateOf(object: GraphObject): PodTemplate | undefined {
  const rendered = renderedPodOf(object);
  if (rendered === undefined) return undefined;
  const { metadata: { labels = {} } = {}, spec } = rendered;
  return { object, labels, spec, containers: [...(spec.initContainers ?? []), ...spec.containers] };
}

/** Everything in the lab that starts pods. */
export function podTemplates(graph: LabGraph): PodTemplate[] {
  return graph.objects
    .map(podTemplateOf)
    .filter((template): template is PodTemplate => template !== undefined);
}

/** The pods of the lab's own charts: those of upstream releases are not checked. */
export function ownPodTemplates(graph: LabGraph): PodTemplate[] {
  return podTemplates(graph).filter(({ object }) => !object.chart.upstream);
}

/** The number that an environment variable of a pod holds; undefined where no container sets it. */
export function numberFromEnv({ containers }: PodTemplate, name: string): number | undefined {
  const variable = containers.flatMap(({ env = [] }) => env).find((entry) => entry.name === name);
  return variable?.value === undefined ? undefined : Number(variable.value);
}

function renderedPodOf({ manifest }: GraphObject): RenderedPod | undefined {
  if (manifest.kind === 'Pod') return manifest as unknown as RenderedPod;
  if (manifest.kind === 'CronJob') {
    const { jobTemplate } = manifest.spec as { jobTemplate: { spec: WithTemplate } };
    return jobTemplate.spec.template;
  }
  if (!WORKLOADS.has(manifest.kind)) return undefined;
  return (manifest.spec as WithTemplate).template;
}

interface RenderedPod {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: RenderedPodSpec;
}

interface WithTemplate {
  readonly template: RenderedPod;
}
