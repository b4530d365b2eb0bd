import { ApiObject, type ApiObjectMetadata, type Size, SizeRoundingBehavior } from 'cdk8s';
import { type Cpu } from 'cdk8s-plus-28';
import { Construct, type IConstruct } from 'constructs';
import { requireInteger } from './bounds';

/** How a recommendation gets into pods. */
export enum UpdateMode {
  /** Never: the recommendation is advice, to be read from the object's status. */
  OFF = 'Off',
  /** When a pod is created, by the admission controller. */
  INITIAL = 'Initial',
  /** By eviction: the pod starts again with the new requests. */
  RECREATE = 'Recreate',
  /** In the running pod; by eviction where the node or the pod cannot take it. */
  IN_PLACE_OR_RECREATE = 'InPlaceOrRecreate',
}

/** What a container gets when its requests change. */
export enum ControlledValues {
  /** The limits keep their ratio to the requests. */
  REQUESTS_AND_LIMITS = 'RequestsAndLimits',
  /** The limits stay. */
  REQUESTS_ONLY = 'RequestsOnly',
}

/** A resource that a VerticalPodAutoscaler may set. */
export type ControlledResource = 'cpu' | 'memory';

/** An amount of each resource; what is left out is not bounded. */
export interface ResourceAmounts {
  readonly cpu?: Cpu;
  readonly memory?: Size;
}

/** How one container is sized. */
export interface ContainerSizing {
  /** The container's name. Every other container of the pod is left as it is. */
  readonly container: string;
  /**
   * The recommendation never goes below.
   *
   * @default - the recommender's own floor
   */
  readonly minAllowed?: ResourceAmounts;
  /**
   * The recommendation never goes above; limits may, by their ratio to the requests.
   *
   * @default - no bound
   */
  readonly maxAllowed?: ResourceAmounts;
  /**
   * What is sized. Where an HPA scales the same workload on one of these, leave that one out.
   *
   * @default ['cpu', 'memory']
   */
  readonly controlledResources?: readonly ControlledResource[];
  /** @default ControlledValues.REQUESTS_AND_LIMITS */
  readonly controlledValues?: ControlledValues;
}

/** What a {@link VerticalPodAutoscaler} sizes, how, and within which bounds. */
export interface VerticalPodAutoscalerProps {
  /** The namespace is that of the target and must not be given. */
  readonly metadata: ApiObjectMetadata & { readonly name: string; readonly namespace?: undefined };
  /** The workload whose pods are sized: its construct, or one that renders it. */
  readonly target: IConstruct;
  readonly updateMode: UpdateMode;
  /**
   * The updater touches no pod, in place or by eviction, while the target has fewer pods than this.
   * A target of one pod needs a 1 here, and is away while its pod is evicted. Minimum: 1.
   *
   * @default - the updater's `--min-replicas`, which is 2: a target of one pod is never updated,
   * except in place by an updater with `--in-place-skip-disruption-budget`
   */
  readonly minReplicas?: number;
  /** One entry for each container that is sized. At least one; the others are `Off`. */
  readonly containers: readonly ContainerSizing[];
}

/**
 * A VerticalPodAutoscaler: recommends, and where it may sets, the CPU and memory of one workload's
 * pods. Those of a workload with one replica it sets only with `minReplicas: 1`. It depends on its target, and its chart must depend on the chart of the operator.
 */
export class VerticalPodAutoscaler extends Construct {
  /** The object's name in Kubernetes. */
  readonly name: string;

  /**
   * @throws where no container is named, one is named twice, a minimum is above its maximum, or
   * `minReplicas` is out of bounds
   */
  constructor(scope: Construct, id: string, props: VerticalPodAutoscalerProps) {
    super(scope, id);
    this.name = props.metadata.name;
    requireContainers(props);
    if (props.minReplicas !== undefined) {
      requireInteger('minReplicas', props.minReplicas, {
        min: 1,
        hint: 'give the number of pods from which on they may be updated, 1 for a target of one pod',
      });
    }
    const target = ApiObject.of(props.target);
    const { apiVersion, kind, name } = target;
    const object = new ApiObject(this, 'Resource', {
      apiVersion: 'autoscaling.k8s.io/v1',
      kind: 'VerticalPodAutoscaler',
      metadata: { ...props.metadata, namespace: target.metadata.namespace },
      spec: {
        targetRef: { apiVersion, kind, name },
        updatePolicy: { updateMode: props.updateMode, minReplicas: props.minReplicas },
        resourcePolicy: {
          containerPolicies: [
            ...props.containers.map(containerPolicy),
            // a sidecar that nobody thought of is not to be sized by surprise
            { containerName: '*', mode: 'Off' },
          ],
        },
      },
    });
    object.addDependency(target);
  }
}

function containerPolicy(sizing: ContainerSizing): object {
  const { minAllowed, maxAllowed, controlledValues } = sizing;
  return {
    containerName: sizing.container,
    mode: 'Auto',
    minAllowed: minAllowed && amounts(minAllowed),
    maxAllowed: maxAllowed && amounts(maxAllowed),
    controlledResources: sizing.controlledResources ?? ['cpu', 'memory'],
    controlledValues: controlledValues ?? ControlledValues.REQUESTS_AND_LIMITS,
  };
}

function amounts({ cpu, memory }: ResourceAmounts): object {
  return { cpu: cpu?.amount, memory: memory && `${mebibytes(memory)}Mi` };
}

function mebibytes(size: Size): number {
  return size.toMebibytes({ rounding: SizeRoundingBehavior.FLOOR });
}

function requireContainers({ metadata, containers }: VerticalPodAutoscalerProps): void {
  if (containers.length === 0) {
    throw new Error(
      `"containers" of the vertical pod autoscaler "${metadata.name}" is an empty list; ` +
        'name at least one container to size',
    );
  }
  const names = containers.map(({ container }) => container);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Error(
      `"containers" of the vertical pod autoscaler "${metadata.name}" names "${twice}" twice; ` +
        'give each container one entry',
    );
  }
  for (const sizing of containers) requireBounds(metadata.name, sizing);
}

function requireBounds(name: string, { container, minAllowed, maxAllowed }: ContainerSizing): void {
  const pairs = [
    ['cpu', millicores(minAllowed?.cpu), millicores(maxAllowed?.cpu), 'm'],
    [
      'memory',
      minAllowed?.memory && mebibytes(minAllowed.memory),
      maxAllowed?.memory && mebibytes(maxAllowed.memory),
      'Mi',
    ],
  ] as const;
  for (const [resource, min, max, unit] of pairs) {
    if (min === undefined || max === undefined || min <= max) continue;
    throw new Error(
      `"minAllowed.${resource}" of container "${container}" of the vertical pod autoscaler "${name}" ` +
        `is ${min}${unit} and "maxAllowed.${resource}" is ${max}${unit}; ` +
        'the minimum must not be greater than the maximum: raise one or lower the other',
    );
  }
}

function millicores(cpu: Cpu | undefined): number | undefined {
  if (cpu === undefined) return undefined;
  return cpu.amount.endsWith('m') ? Number(cpu.amount.slice(0, -1)) : Number(cpu.amount) * 1000;
}
