import { Chart, Duration } from 'cdk8s';
import { type IScalable } from 'cdk8s-plus-28';
import { type Construct, type IConstruct } from 'constructs';
import { NATS, WORKER } from '../workloads/protocol/names';
import { CONSUMER } from '../workloads/protocol/streams';
import { ScaledObject } from './constructs/scaled-object';
import { ScaledObjectTrigger } from './constructs/scaled-object-trigger';
import { ScalingPolicy } from './constructs/scaling-rules';
import { partLabels } from './labels';

/** What the worker scales between, and on how much waiting work. */
export interface WorkerScalerProps {
  readonly target: IScalable & IConstruct;
  /** Minimum: 0. */
  readonly minReplicas: number;
  /** Minimum: 1. */
  readonly maxReplicas: number;
  /** Requests for each worker. Minimum: 1. */
  readonly lagThreshold: number;
  /** The worker leaves zero when more requests than this wait. Minimum: 0. */
  readonly activationLagThreshold: number;
  /** Minimum: 1 second. */
  readonly pollingInterval: Duration;
  /** Longer than the consumer's ack wait: the messages of a dead worker count as lag for that long. */
  readonly cooldownPeriod: Duration;
}

const PART = { name: WORKER.scaledObject, component: 'autoscaler' } as const;
// the period at which the HPA controller looks, so one look is one policy period
const HPA_SYNC = Duration.seconds(15);

/** Scales the worker from and to zero on the lag of its consumer. A chart of its own, so that the worker need not wait for KEDA. */
export class WorkerScaler extends Chart {
  /**
   * @throws where a value is out of bounds
   */
  constructor(scope: Construct, id: string, props: WorkerScalerProps) {
    super(scope, id, { namespace: WORKER.namespace, labels: partLabels(PART) });
    new ScaledObject(this, 'ScaledObject', {
      metadata: { name: WORKER.scaledObject },
      target: props.target,
      minReplicas: props.minReplicas,
      maxReplicas: props.maxReplicas,
      pollingInterval: props.pollingInterval,
      cooldownPeriod: props.cooldownPeriod,
      // Kubernetes adds 4 pods or doubles per 15 seconds, so 10 from 1 would take two looks
      scaleUp: {
        stabilizationWindow: Duration.seconds(0),
        policies: [ScalingPolicy.pods(props.maxReplicas, HPA_SYNC)],
      },
      // 10 to 1 waits as long as 1 to 0 does, not Kubernetes' five minutes
      scaleDown: {
        stabilizationWindow: props.cooldownPeriod,
        policies: [ScalingPolicy.percent(100, HPA_SYNC)],
      },
      triggers: [
        ScaledObjectTrigger.natsJetStream({
          // the one server that there is; several would need the headless name
          monitoringEndpoint: `${NATS.host}:${NATS.ports.monitor}`,
          account: NATS.account,
          stream: CONSUMER.stream,
          consumer: CONSUMER.durable,
          lagThreshold: props.lagThreshold,
          activationLagThreshold: props.activationLagThreshold,
        }),
      ],
    });
  }
}
