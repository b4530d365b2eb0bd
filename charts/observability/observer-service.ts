import { LAB_STATE_SUBJECTS } from '../../workloads/protocol/lab-state';
import { OBSERVER } from '../../workloads/protocol/names';
import { ANY_INBOX } from '../core/nats-permissions';
import { imageOf, nodeImage, type Service } from '../core/service';
import { Observer } from './observer';

const IMAGE = nodeImage('observer');

/** Publishes the state of the lab and its metrics. */
export const OBSERVER_SERVICE = {
  id: 'Observer',
  group: 'observability',
  name: OBSERVER.deployment,
  namespace: OBSERVER.namespace,
  image: IMAGE,
  dependsOn: ['Namespaces', 'Nats'],
  natsUser: {
    publish: [
      LAB_STATE_SUBJECTS.state,
      ANY_INBOX,
      '$JS.API.INFO',
      '$JS.API.STREAM.NAMES',
      '$JS.API.STREAM.LIST',
      '$JS.API.STREAM.INFO.*',
      '$JS.API.CONSUMER.LIST.*',
      '$JS.API.CONSUMER.INFO.*.*',
    ],
    subscribe: [LAB_STATE_SUBJECTS.snapshot, '$JS.EVENT.ADVISORY.>'],
  },
  metricsPort: OBSERVER.metricsPort,
  connectsTo: ['natsMonitor', 'redis', 'apiServer'],
  chart: (scope, lab) =>
    new Observer(scope, 'Observer', { ...lab, image: imageOf({ image: IMAGE }, lab) }),
} as const satisfies Service;
