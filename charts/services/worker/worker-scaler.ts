import { ApiObject, Chart, Duration } from 'cdk8s';
import {
  HorizontalPodAutoscaler,
  type IScalable,
  Metric,
  MetricTarget,
  Replicas,
} from 'cdk8s-plus-28';
import { type Construct, type IConstruct } from 'constructs';
import { NATS, PROMETHEUS, WORKER } from '../../../workloads/protocol/names';
import { type ScalingMode } from '../../../workloads/protocol/scaling-mode';
import { CONSUMER } from '../../../workloads/protocol/streams';
import { ScaledObject } from '../../constructs/scaled-object';
import { ScaledObjectTrigger } from '../../constructs/scaled-object-trigger';
import { MAX_WINDOW_SECONDS, ScalingPolicy } from '../../constructs/scaling-rules';
import { partLabels } from '../../core/labels';
import { ruleException } from '../../policies/rules/rule-exception';
import { workersNeededQuery } from './workers-needed-query';

/** What scales the worker, between which bounds, and on how much waiting work. */
export interface WorkerScalerProps {
  readonly target: IScalable & IConstruct;
  readonly mode: ScalingMode;
  /** Minimum: 0; on CPU alone 1, because an HPA on CPU cannot see work where nobody works. */
  readonly minReplicas: number;
  /** Minimum: 1. */
  readonly maxReplicas: number;
  /** Requests for each worker, on the queue. Minimum: 1. */
  readonly lagThreshold: number;
  /** The worker leaves zero when more requests than this wait. Minimum: 0. */
  readonly activationLagThreshold: number;
  /** Minimum: 1 second. */
  readonly pollingInterval: Duration;
  /** Longer than the consumer's ack wait: the messages of a dead worker count as lag for that long. */
  readonly cooldownPeriod: Duration;
  /** Time in which `kpi` wants the queue to be empty. Minimum: 1 second. */
  readonly drainTarget: Duration;
  /** Requests that one worker works on at a time. */
  readonly concurrency: number;
  /** What one request takes while nobody has measured it, in seconds. */
  readonly secondsPerMeme: number;
}

const PART = { name: WORKER.scaledObject, component: 'autoscaler' } as const;
// the period at which the HPA controller looks, so one look is one policy period
const HPA_SYNC = Duration.seconds(15);
const CPU_UTILIZATION_PERCENT = 50;
// the model is not there yet, or answers at once: without this the query would ask for no worker at all
const LEAST_SECONDS_PER_MEME = 0.1;
// KEDA's webhook refuses a ScaledObject while another HPA has its target, also for the moment of a switch
const LET_KEDA_IN = { 'validations.keda.sh/hpa-ownership': 'false' } as const;

/**
 * Scales the worker in one of the modes. A chart of its own, so that the worker need not wait for
 * KEDA. Every mode goes up and down by the same rules: only what they look at is different.
 */
export class WorkerScaler extends Chart {
  /**
   * @throws where a value is out of bounds
   */
  constructor(scope: Construct, id: string, props: WorkerScalerProps) {
    super(scope, id, { namespace: WORKER.namespace, labels: partLabels(PART) });
    switch (props.mode) {
      case 'queue':
        addScaledObject(this, props, lagTrigger(props));
        break;
      case 'kpi':
        addScaledObject(this, props, workersNeededTrigger(props));
        break;
      case 'cpu':
        addCpuScaler(this, props);
        break;
      case 'conflict':
        addScaledObject(this, props, lagTrigger(props));
        addCpuScaler(
          this,
          props,
          ruleException(
            'one-scaler-per-target',
            'scalingMode "conflict" shows what two autoscalers on one workload do',
          ),
        );
    }
  }
}

function addScaledObject(
  chart: Chart,
  props: WorkerScalerProps,
  trigger: ScaledObjectTrigger,
): void {
  new ScaledObject(chart, 'ScaledObject', {
    metadata: { name: WORKER.scaledObject },
    target: props.target,
    minReplicas: props.minReplicas,
    maxReplicas: props.maxReplicas,
    pollingInterval: props.pollingInterval,
    cooldownPeriod: props.cooldownPeriod,
    // an HPA leaves a workload at zero alone: without this the switch to cpu would stop the worker
    restoreReplicas: true,
    // Kubernetes adds 4 pods or doubles per 15 seconds, so 10 from 1 would take two looks
    scaleUp: {
      stabilizationWindow: Duration.seconds(0),
      policies: [ScalingPolicy.pods(props.maxReplicas, HPA_SYNC)],
    },
    scaleDown: {
      stabilizationWindow: scaleDownWindow(props),
      policies: [ScalingPolicy.percent(100, HPA_SYNC)],
    },
    triggers: [trigger],
  });
}

// 10 to 1 waits as long as 1 to 0 does, not Kubernetes' five minutes; only KEDA waits longer than an HPA may
function scaleDownWindow({ cooldownPeriod }: WorkerScalerProps): Duration {
  const longest = Duration.seconds(MAX_WINDOW_SECONDS);
  return cooldownPeriod.toMilliseconds() > longest.toMilliseconds() ? longest : cooldownPeriod;
}

function lagTrigger(props: WorkerScalerProps): ScaledObjectTrigger {
  return ScaledObjectTrigger.natsJetStream({
    // KEDA puts the name of the server that leads before it, where there are several
    monitoringEndpoint: `${NATS.headlessHost}:${NATS.ports.monitor}`,
    account: NATS.account,
    stream: CONSUMER.stream,
    consumer: CONSUMER.durable,
    lagThreshold: props.lagThreshold,
    activationLagThreshold: props.activationLagThreshold,
  });
}

function workersNeededTrigger(props: WorkerScalerProps): ScaledObjectTrigger {
  return ScaledObjectTrigger.prometheus({
    serverAddress: PROMETHEUS.url,
    query: workersNeededQuery({
      secondsPerMeme: Math.max(props.secondsPerMeme, LEAST_SECONDS_PER_MEME),
      concurrency: props.concurrency,
      drainSeconds: props.drainTarget.toSeconds(),
    }),
    threshold: 1,
  });
}

function addCpuScaler(
  chart: Chart,
  props: WorkerScalerProps,
  annotations: Readonly<Record<string, string>> = {},
): void {
  const scaler = new HorizontalPodAutoscaler(chart, 'CpuScaler', {
    metadata: { name: WORKER.cpuScaler, annotations: { ...LET_KEDA_IN, ...annotations } },
    target: props.target,
    minReplicas: Math.max(1, props.minReplicas),
    maxReplicas: props.maxReplicas,
    metrics: [Metric.resourceCpu(MetricTarget.averageUtilization(CPU_UTILIZATION_PERCENT))],
    scaleUp: {
      stabilizationWindow: Duration.seconds(0),
      policies: [{ replicas: Replicas.absolute(props.maxReplicas), duration: HPA_SYNC }],
    },
    scaleDown: {
      stabilizationWindow: scaleDownWindow(props),
      policies: [{ replicas: Replicas.percent(100), duration: HPA_SYNC }],
    },
  });
  ApiObject.of(scaler).addDependency(props.target);
}
