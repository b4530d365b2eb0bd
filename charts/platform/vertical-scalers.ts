import { Chart, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { type Construct, type IConstruct } from 'constructs';
import { REDIS, WORKER } from '../../workloads/protocol/names';
import { UpdateMode, VerticalPodAutoscaler } from '../constructs/vertical-pod-autoscaler';
import { partLabels } from '../core/labels';

/** The workloads that are sized. */
export interface VerticalScalersProps {
  readonly redis: IConstruct;
  readonly worker: IConstruct;
}

/**
 * Sizes the cache in place, and says what the worker would need. A chart of its own, so that neither
 * waits for the operator.
 */
export class VerticalScalers extends Chart {
  constructor(scope: Construct, id: string, props: VerticalScalersProps) {
    super(scope, id, { labels: partLabels({ name: 'vertical-scalers', component: 'autoscaler' }) });
    new VerticalPodAutoscaler(this, 'Redis', {
      metadata: { name: REDIS.statefulSet },
      target: props.redis,
      updateMode: UpdateMode.IN_PLACE_OR_RECREATE,
      containers: [
        {
          container: REDIS.statefulSet,
          minAllowed: { cpu: Cpu.millis(100), memory: Size.mebibytes(512) },
          maxAllowed: { cpu: Cpu.millis(1000), memory: Size.gibibytes(1) },
        },
      ],
    });
    new VerticalPodAutoscaler(this, 'Worker', {
      metadata: { name: WORKER.deployment },
      target: props.worker,
      // KEDA scales its replicas; its size is advice, shown beside the requests
      updateMode: UpdateMode.OFF,
      containers: [{ container: WORKER.container }],
    });
  }
}
