import { Chart, Size } from 'cdk8s';
import { Cpu, EnvValue } from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { BOOTSTRAP } from '../../../workloads/protocol/names';
import { CONSUMER, DESIRED } from '../../../workloads/protocol/streams';
import { consumerKey, PROVIDES_CONSUMER, DESIRED_STREAMS } from '../../core/annotations';
import { contentHash } from '../../core/content-hash';
import { partLabels } from '../../core/labels';
import { type NatsClientProps } from '../../constructs/nats-credentials';
import { programDeployment } from '../../constructs/program-deployment';
import { type NatsSettings } from './nats-settings';

/** Which image reconciles the streams. */
export interface NatsBootstrapProps extends Pick<NatsSettings, 'natsReplicas'>, NatsClientProps {
  /** The worker's image: its program is in there. */
  readonly image: string;
}

const PART = { name: BOOTSTRAP.deployment, component: 'bootstrap' } as const;

/**
 * Reconciles the streams, the bucket and the consumer, and is ready only while they match.
 * Nobody else would create them at zero workers, and KEDA scales nothing on a consumer that does not
 * exist.
 */
export class NatsBootstrap extends Chart {
  constructor(scope: Construct, id: string, props: NatsBootstrapProps) {
    super(scope, id, { namespace: BOOTSTRAP.namespace, labels: partLabels(PART) });
    const deployment = programDeployment(this, {
      part: PART,
      names: BOOTSTRAP,
      natsUser: 'bootstrap',
      ...props,
      // an old and a new one would undo each other's work
      alone: true,
      variables: { NATS_REPLICAS: EnvValue.fromValue(String(props.natsReplicas)) },
      resources: {
        cpu: { request: Cpu.millis(10), limit: Cpu.millis(200) },
        memory: { request: Size.mebibytes(48), limit: Size.mebibytes(128) },
      },
    });
    deployment.metadata.addAnnotation(
      PROVIDES_CONSUMER,
      consumerKey(CONSUMER.stream, CONSUMER.durable),
    );
    // a preview shows a changed desired state, and the update waits until it is reached
    deployment.podMetadata.addAnnotation(DESIRED_STREAMS, contentHash(DESIRED));
  }
}
