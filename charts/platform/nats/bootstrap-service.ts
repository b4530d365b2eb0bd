import { BOOTSTRAP } from '../../../workloads/protocol/names';
import { CONSUMER, RETIRED_STREAMS } from '../../../workloads/protocol/streams';
import { imageOf, nodeImage, type Service } from '../../core/service';
import { NatsBootstrap } from './nats-bootstrap';

// its program is in the worker's image
const IMAGE = nodeImage('worker');

/** Reconciles the streams and the consumer. */
export const BOOTSTRAP_SERVICE = {
  id: 'NatsBootstrap',
  group: 'platform',
  name: BOOTSTRAP.deployment,
  namespace: BOOTSTRAP.namespace,
  image: IMAGE,
  dependsOn: ['Namespaces', 'Nats'],
  natsUser: {
    publish: [
      '$JS.API.INFO',
      '$JS.API.STREAM.INFO.*',
      '$JS.API.STREAM.CREATE.*',
      '$JS.API.STREAM.UPDATE.*',
      ...RETIRED_STREAMS.map((stream) => `$JS.API.STREAM.DELETE.${stream}`),
      '$JS.API.CONSUMER.INFO.*.*',
      '$JS.API.CONSUMER.CREATE.>',
      '$JS.API.CONSUMER.DURABLE.CREATE.>',
      `$JS.API.CONSUMER.DELETE.${CONSUMER.stream}.${CONSUMER.durable}`,
    ],
    subscribe: [],
  },
  metricsPort: BOOTSTRAP.metricsPort,
  chart: (scope, lab) =>
    new NatsBootstrap(scope, 'NatsBootstrap', { ...lab, image: imageOf({ image: IMAGE }, lab) }),
} as const satisfies Service;
