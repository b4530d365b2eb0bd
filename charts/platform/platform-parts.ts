import { NATS, REDIS } from '../../workloads/protocol/names';
import { NATS_OPERATOR, natsSecretName } from '../../workloads/protocol/nats-users';
import { builtChart, type LabPart } from '../core/lab-part';
import { Worker } from '../services/worker/worker';
import { Nats } from './nats/nats';
import { NATS_SERVER_SECRET } from './nats/nats-accounts';
import { NATS_TLS } from './nats/nats-tls';
import { Redis } from './redis/redis';
import { VerticalScalers } from './vertical-scalers';

const NATS_PART: LabPart = {
  id: 'Nats',
  group: 'platform',
  dependsOn: ['Namespaces'],
  secrets: ({ natsTls }) => [
    { namespace: NATS.namespace, name: NATS_SERVER_SECRET },
    ...(natsTls ? [{ namespace: NATS.namespace, name: NATS_TLS.secret }] : []),
    // no pod reads it: people and tests do, as soon as there is a server
    { namespace: NATS_OPERATOR.namespace, name: natsSecretName(NATS_OPERATOR.user) },
  ],
  chart: (scope, lab) => new Nats(scope, 'Nats', { ...lab, image: lab.images.nats }),
};

const REDIS_PART: LabPart = {
  id: 'Redis',
  group: 'platform',
  dependsOn: ['Namespaces'],
  secrets: () => [{ namespace: REDIS.namespace, name: REDIS.secret }],
  chart: (scope, lab) => new Redis(scope, 'Redis', { ...lab, image: lab.images.redis }),
};

const VERTICAL_SCALERS: LabPart = {
  id: 'VerticalScalers',
  group: 'platform',
  dependsOn: ['Namespaces', 'Vpa', 'Redis', 'Worker'],
  chart: (scope) =>
    new VerticalScalers(scope, 'VerticalScalers', {
      redis: builtChart(scope, 'Redis', Redis).statefulSet,
      worker: builtChart(scope, 'Worker', Worker).deployment,
    }),
};

/** What the services stand on, and the autoscalers that size it. */
export const PLATFORM_PARTS: readonly LabPart[] = [NATS_PART, REDIS_PART, VERTICAL_SCALERS];
