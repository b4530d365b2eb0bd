import { AUTH_CALLOUT } from '../../../workloads/protocol/names';
import { imageOf, nodeImage, type Service } from '../../core/service';
import { AuthCallout } from './auth-callout';

const IMAGE = nodeImage('auth-callout');

/** Answers NATS' question who a browser is. */
export const AUTH_CALLOUT_SERVICE = {
  id: 'AuthCallout',
  group: 'services',
  name: AUTH_CALLOUT.deployment,
  namespace: AUTH_CALLOUT.namespace,
  image: IMAGE,
  dependsOn: ['Namespaces', 'Nats'],
  natsUser: 'callout',
  metricsPort: AUTH_CALLOUT.metricsPort,
  chart: (scope, lab) =>
    new AuthCallout(scope, 'AuthCallout', {
      ...lab,
      image: imageOf({ image: IMAGE }, lab),
      replicas: lab.natsReplicas > 1 ? 2 : 1,
    }),
} as const satisfies Service;
