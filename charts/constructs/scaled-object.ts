import { ApiObject, type ApiObjectMetadata, Duration } from 'cdk8s';
import { type IScalable } from 'cdk8s-plus-28';
import { Construct, type IConstruct } from 'constructs';
import { requireInteger } from './bounds';
import { type ScaledObjectTrigger } from './scaled-object-trigger';
import { type ScalingRules, scalingRulesManifest } from './scaling-rules';
import { wholeSeconds } from './whole-seconds';

/** KEDA names the HPA that it makes `keda-hpa-NAME`, and puts that name into a label. */
export const KEDA_HPA_PREFIX = 'keda-hpa-';

/** Longest name of a ScaledObject: a label value holds 63 characters, the prefix included. */
export const MAX_SCALED_OBJECT_NAME_LENGTH = 63 - KEDA_HPA_PREFIX.length;

/** What KEDA assumes when it cannot read a trigger. */
export interface ScaledObjectFallback {
  /** Failed reads in a row before the fallback holds. Minimum: 1. */
  readonly failureThreshold: number;
  /** Replicas while it holds. Minimum: 0. */
  readonly replicas: number;
}

/** What a {@link ScaledObject} scales, between which bounds, and on what. */
export interface ScaledObjectProps {
  /** `name` is required in effect: KEDA refuses a renamed scaler while the old one holds the target. */
  readonly metadata: ApiObjectMetadata & { readonly name: string };
  /** The workload to scale. It is marked, so that it renders no `replicas` to fight over. */
  readonly target: IScalable & IConstruct;
  /** What to scale on; the trigger that asks for the most replicas wins. At least one. */
  readonly triggers: readonly ScaledObjectTrigger[];
  /**
   * Minimum: 0.
   *
   * @default 0
   */
  readonly minReplicas?: number;
  /**
   * Minimum: 1, and not below `minReplicas`.
   *
   * @default 100
   */
  readonly maxReplicas?: number;
  /**
   * How often KEDA reads the triggers: the longest that the first replica waits. Minimum: 1 second.
   *
   * @default Duration.seconds(30)
   */
  readonly pollingInterval?: Duration;
  /**
   * How long all triggers must be inactive before the target goes to zero, in one step. Minimum: 0.
   *
   * @default Duration.minutes(5)
   */
  readonly cooldownPeriod?: Duration;
  /**
   * How long after the creation of the scaler the target is left alone before it may go to zero. Minimum: 0.
   *
   * @default Duration.seconds(0)
   */
  readonly initialCooldownPeriod?: Duration;
  /**
   * How the HPA goes up from one replica; the step from zero is KEDA's and ignores it.
   *
   * @default - Kubernetes' own
   */
  readonly scaleUp?: ScalingRules;
  /**
   * How the HPA goes down to one replica; the step to zero is KEDA's and ignores it.
   *
   * @default - Kubernetes' own
   */
  readonly scaleDown?: ScalingRules;
  /**
   * Replicas to run when the triggers cannot be read.
   *
   * @default - none: with a fallback, a trigger that cannot be read counts as active, so a restart of the queue wakes idle workers
   */
  readonly fallback?: ScaledObjectFallback;
  /**
   * Give the target the replicas back that it had before this scaler, when the scaler goes.
   *
   * @default false
   */
  readonly restoreReplicas?: boolean;
}

/**
 * A KEDA ScaledObject: scales one workload, from and to zero. It depends on its target, and its
 * chart must depend on the chart of the operator.
 */
export class ScaledObject extends Construct {
  /** The object's name in Kubernetes. */
  readonly name: string;

  /**
   * @throws where a value is out of bounds, or the target has replicas or another autoscaler
   */
  constructor(scope: Construct, id: string, props: ScaledObjectProps) {
    super(scope, id);
    const spec = scaledObjectSpec(props);
    this.name = props.metadata.name;
    claimTarget(this.name, props.target);
    const object = new ApiObject(this, 'Resource', {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: props.metadata,
      spec,
    });
    requireSameNamespace(object, props.target);
    object.addDependency(props.target);
  }
}

function scaledObjectSpec(props: ScaledObjectProps): object {
  const { minReplicas = 0, maxReplicas = 100, fallback } = props;
  requireName(props.metadata.name);
  requireReplicas(minReplicas, maxReplicas);
  const pollingInterval = props.pollingInterval ?? Duration.seconds(30);
  const cooldownPeriod = props.cooldownPeriod ?? Duration.minutes(5);
  const initialCooldownPeriod = props.initialCooldownPeriod ?? Duration.seconds(0);
  if (props.triggers.length === 0) {
    throw new Error('"triggers" is an empty list; give at least one trigger to scale on');
  }
  if (fallback !== undefined) requireFallback(fallback);

  const target = props.target.toScalingTarget();
  return {
    scaleTargetRef: { apiVersion: target.apiVersion, kind: target.kind, name: target.name },
    minReplicaCount: minReplicas,
    maxReplicaCount: maxReplicas,
    pollingInterval: wholeSeconds('pollingInterval', pollingInterval, {
      min: 1,
      hint: 'give the seconds between two looks at the triggers',
    }),
    cooldownPeriod: wholeSeconds('cooldownPeriod', cooldownPeriod, {
      min: 0,
      hint: 'give the seconds of quiet before the target goes to zero',
    }),
    initialCooldownPeriod: wholeSeconds('initialCooldownPeriod', initialCooldownPeriod, {
      min: 0,
      hint: 'give the seconds after creation in which the target is not taken to zero',
    }),
    fallback,
    advanced: advancedSpec(props),
    triggers: props.triggers.map((trigger) => trigger.toManifest()),
  };
}

function advancedSpec(props: ScaledObjectProps): object | undefined {
  const { scaleUp, scaleDown, restoreReplicas } = props;
  if (scaleUp === undefined && scaleDown === undefined && !restoreReplicas) return undefined;
  return {
    ...(restoreReplicas && { restoreToOriginalReplicaCount: true }),
    ...((scaleUp ?? scaleDown) && {
      horizontalPodAutoscalerConfig: {
        behavior: {
          scaleUp: scaleUp && scalingRulesManifest('scaleUp', scaleUp),
          scaleDown: scaleDown && scalingRulesManifest('scaleDown', scaleDown),
        },
      },
    }),
  };
}

function requireName(name: string): void {
  if (name.length <= MAX_SCALED_OBJECT_NAME_LENGTH) return;
  throw new Error(
    `"metadata.name" is "${name}" (${name.length} characters); at most ` +
      `${MAX_SCALED_OBJECT_NAME_LENGTH} are allowed because KEDA puts "${KEDA_HPA_PREFIX}" before it: choose a shorter name`,
  );
}

function requireReplicas(minReplicas: number, maxReplicas: number): void {
  requireInteger('minReplicas', minReplicas, {
    min: 0,
    hint: 'give the replicas that are always there, or 0 to scale to zero',
  });
  requireInteger('maxReplicas', maxReplicas, {
    min: 1,
    hint: 'give the most replicas that the cluster has room for',
  });
  if (minReplicas > maxReplicas) {
    throw new Error(
      `"minReplicas" is ${minReplicas} and "maxReplicas" is ${maxReplicas}; ` +
        'the minimum must not be greater than the maximum: raise one or lower the other',
    );
  }
}

function requireFallback({ failureThreshold, replicas }: ScaledObjectFallback): void {
  requireInteger('fallback.failureThreshold', failureThreshold, {
    min: 1,
    hint: 'give the failed reads after which the fallback holds',
  });
  requireInteger('fallback.replicas', replicas, {
    min: 0,
    hint: 'give the replicas to run while the triggers cannot be read',
  });
}

function claimTarget(name: string, target: IScalable & IConstruct): void {
  const { replicas } = target.toScalingTarget();
  if (target.hasAutoscaler) {
    throw new Error(
      `"target" of the scaled object "${name}" is ${target.node.path}, which has an autoscaler already; ` +
        'two on one workload freeze it: remove one, or put both triggers into one scaled object',
    );
  }
  if (replicas !== undefined) {
    throw new Error(
      `"target" of the scaled object "${name}" is ${target.node.path}, which fixes "replicas" to ${replicas}; ` +
        'every deployment would undo the scaling: leave "replicas" out of the workload',
    );
  }
  target.markHasAutoscaler();
}

function requireSameNamespace(object: ApiObject, target: IConstruct): void {
  const { namespace } = object.metadata;
  const targetNamespace = ApiObject.of(target).metadata.namespace;
  if (namespace === targetNamespace) return;
  throw new Error(
    `"metadata.namespace" of the scaled object "${object.name}" is "${namespace}" and its target is in ` +
      `"${targetNamespace}"; KEDA looks for a target in its own namespace only: use "${targetNamespace}"`,
  );
}
