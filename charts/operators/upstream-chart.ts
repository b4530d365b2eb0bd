import { ApiObject, Chart } from 'cdk8s';
import { type Construct } from 'constructs';
import { type KubernetesObject } from '../core/kubernetes-object';
import { OWNER_LABELS } from '../core/labels';

/** The manifest of an upstream release, and what is changed in it. */
export interface UpstreamChartProps {
  readonly objects: readonly KubernetesObject[];
}

/**
 * The objects of an upstream release, one construct each, in the order in which they need each
 * other. A construct's id is the object's kind and name, so a new release keeps identities.
 */
export class UpstreamChart extends Chart {
  constructor(scope: Construct, id: string, props: UpstreamChartProps) {
    super(scope, id);
    const stages = new Map<number, ApiObject[]>();
    for (const object of props.objects) {
      const stage = stageOf(object.kind);
      const construct = addObject(this, object);
      stages.set(stage, [...(stages.get(stage) ?? []), construct]);
    }
    chainStages([...stages.entries()].sort(([a], [b]) => a - b).map(([, objects]) => objects));
  }
}

/**
 * Changes the container of a name in whichever workload has it.
 *
 * @param objects the objects of a release; not modified
 * @param container name of the container
 * @param change given the container, returns the new one
 * @returns the objects with the one container changed
 * @throws where no workload, or more than one, has a container of that name
 */
export function changeContainer(
  objects: readonly KubernetesObject[],
  container: string,
  change: (container: UpstreamContainer) => UpstreamContainer,
): KubernetesObject[] {
  let changed = 0;
  const result = objects.map((object) => {
    const template = podTemplateOf(object);
    if (!template?.spec.containers.some(({ name }) => name === container)) return object;
    changed += 1;
    const containers = template.spec.containers.map((entry) =>
      entry.name === container ? change(entry) : entry,
    );
    const spec = {
      ...(object.spec as object),
      template: { ...template, spec: { ...template.spec, containers } },
    };
    return { ...object, spec };
  });
  if (changed !== 1) {
    throw new Error(
      `"${container}" is the name of ${changed} containers in the upstream manifest; exactly one is ` +
        'expected: check that the manifest is the release that this chart was written for',
    );
  }
  return result;
}

/** A container of an upstream release, as far as charts change it. */
export interface UpstreamContainer {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy?: string;
  readonly args?: readonly string[];
  readonly readinessProbe?: Readonly<Record<string, unknown>>;
  readonly resources?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

interface UpstreamPodTemplate {
  readonly spec: { readonly containers: readonly UpstreamContainer[] };
}

function podTemplateOf(object: KubernetesObject): UpstreamPodTemplate | undefined {
  if (object.kind !== 'Deployment') return undefined;
  return (object.spec as { readonly template?: UpstreamPodTemplate }).template;
}

// a pod whose ServiceAccount comes after it waits for a controller's retry; an APIService or a
// webhook that outlives its Deployment blocks the calls that it serves
const STAGES: readonly (readonly string[])[] = [
  ['Namespace'],
  ['CustomResourceDefinition'],
  ['ServiceAccount', 'ConfigMap', 'Secret', 'Role', 'ClusterRole'],
  ['RoleBinding', 'ClusterRoleBinding'],
  // together: whoever waits for a Service waits for its pods
  ['Service', 'Deployment', 'StatefulSet', 'DaemonSet'],
  ['APIService', 'ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'],
];

function stageOf(kind: string): number {
  const stage = STAGES.findIndex((kinds) => kinds.includes(kind));
  return stage === -1 ? STAGES.length : stage;
}

// each object depends on the stage before it only: the rest follows, and the graph stays small
function chainStages(stages: readonly (readonly ApiObject[])[]): void {
  stages.slice(1).forEach((objects, index) => {
    for (const object of objects) object.addDependency(...stages[index]);
  });
}

function addObject(chart: Chart, object: KubernetesObject): ApiObject {
  return new ApiObject(chart, pascalCase(`${object.kind} ${object.metadata.name}`), {
    ...object,
    metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...OWNER_LABELS } },
  });
}

function pascalCase(text: string): string {
  return text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
