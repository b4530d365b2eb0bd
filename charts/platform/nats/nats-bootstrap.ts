import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { WORKER } from '../../../workloads/protocol/names';
import { CONSUMER } from '../../../workloads/protocol/streams';
import { consumerKey, PROVIDES_CONSUMER } from '../../core/annotations';
import {
  natsClientVariables,
  rotationAnnotation,
  type NatsClientProps,
} from '../../constructs/nats-credentials';
import {
  restrictedPodContext,
  RESTRICTED_CONTAINER_CONTEXT,
} from '../../constructs/restricted-security';
import { contentHash } from '../../core/content-hash';
import { partLabels, podLabels } from '../../core/labels';
import { type NatsSettings } from './nats-settings';

/** Which image creates the streams. */
export interface NatsBootstrapProps extends Pick<NatsSettings, 'natsReplicas'>, NatsClientProps {
  /** The worker's image; the tag follows the content, so a changed stream runs the Job again. */
  readonly image: string;
}

const PART = { name: WORKER.bootstrapJob, component: 'bootstrap' } as const;

/**
 * The Job that creates or updates the streams and the consumer. Nobody else would at zero replicas,
 * and KEDA scales nothing on a consumer that does not exist.
 */
export class NatsBootstrap extends Chart {
  constructor(scope: Construct, id: string, props: NatsBootstrapProps) {
    super(scope, id, { namespace: WORKER.namespace, labels: partLabels(PART) });
    const spec = jobSpec(props);
    // a plain object: the name is known only with the spec, which cdk8s-plus renders last
    new k8s.KubeJob(this, 'Job', {
      metadata: {
        // a Job cannot be changed, only replaced: a new spec is a new name
        name: `${WORKER.bootstrapJob}-${contentHash(spec)}`,
        annotations: { [PROVIDES_CONSUMER]: consumerKey(CONSUMER.stream, CONSUMER.durable) },
      },
      spec,
    });
  }
}

// no ttlSecondsAfterFinished: a Job that removes itself would be made, and run, again at every update
function jobSpec({
  image,
  natsReplicas,
  natsTls,
  secretRotation,
}: NatsBootstrapProps): k8s.JobSpec {
  return {
    backoffLimit: 3,
    activeDeadlineSeconds: 300,
    template: {
      metadata: { labels: podLabels(PART), annotations: rotationAnnotation(secretRotation) },
      spec: {
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: restrictedPodContext(WORKER.uid),
        containers: [
          {
            name: 'bootstrap',
            image,
            imagePullPolicy: 'IfNotPresent',
            command: ['node', WORKER.bootstrapEntryPoint],
            env: [
              { name: 'NATS_REPLICAS', value: String(natsReplicas) },
              ...natsClientVariables('bootstrap', natsTls),
            ],
            resources: {
              requests: {
                cpu: k8s.Quantity.fromString('50m'),
                memory: k8s.Quantity.fromString('64Mi'),
              },
              limits: {
                cpu: k8s.Quantity.fromString('500m'),
                memory: k8s.Quantity.fromString('128Mi'),
              },
            },
            securityContext: RESTRICTED_CONTAINER_CONTEXT,
          },
        ],
      },
    },
  };
}
