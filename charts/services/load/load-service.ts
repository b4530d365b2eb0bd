import { FRONTEND, LOAD } from '../../../workloads/protocol/names';
import { LOAD_SUBJECTS } from '../../../workloads/protocol/load-request';
import { RESPONSES_STREAM } from '../../../workloads/protocol/streams';
import { SUBJECTS } from '../../../workloads/protocol/subjects';
import { podsOf, tcp } from '../../core/edge';
import { ANY_INBOX } from '../../core/nats-permissions';
import { imageOf, nodeImage, type Service, servicePods } from '../../core/service';
import { Load } from './load';

const IMAGE = nodeImage('load');

/** The load generator. */
export const LOAD_SERVICE = {
  id: 'Load',
  group: 'services',
  name: LOAD.deployment,
  namespace: LOAD.namespace,
  image: IMAGE,
  dependsOn: ['Namespaces', 'NatsBootstrap'],
  natsUser: {
    publish: [
      SUBJECTS.request,
      LOAD_SUBJECTS.state,
      ANY_INBOX,
      '$JS.API.STREAM.NAMES',
      '$JS.API.STREAM.INFO.*',
      '$JS.API.CONSUMER.INFO.*.*',
      // reads the answers to its own requests; a consumer of several subjects is not named in its subject
      `$JS.API.CONSUMER.CREATE.${RESPONSES_STREAM.name}`,
      `$JS.API.CONSUMER.CREATE.${RESPONSES_STREAM.name}.>`,
      `$JS.API.CONSUMER.DELETE.${RESPONSES_STREAM.name}.>`,
      `$JS.API.CONSUMER.MSG.NEXT.${RESPONSES_STREAM.name}.>`,
    ],
    subscribe: [
      LOAD_SUBJECTS.start,
      LOAD_SUBJECTS.stop,
      LOAD_SUBJECTS.get,
      SUBJECTS.response,
      SUBJECTS.error,
    ],
  },
  metricsPort: LOAD.metricsPort,
  edges: () => [
    tcp(
      servicePods({ namespace: LOAD.namespace, name: LOAD.deployment }),
      podsOf(FRONTEND.namespace, FRONTEND.deployment),
      FRONTEND.port,
    ),
  ],
  chart: (scope, lab) => new Load(scope, 'Load', { ...lab, image: imageOf({ image: IMAGE }, lab) }),
} as const satisfies Service;
