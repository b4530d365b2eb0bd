import IMAGE_FOLDERS from '../../../workloads/protocol/image-folders.json';
import { FRONTEND } from '../../../workloads/protocol/names';
import { tcp } from '../../core/edge';
import { imageOf, type Service, servicePods } from '../../core/service';
import { Frontend } from './frontend';

const IMAGE = { folder: 'frontend', base: 'nginx', shares: IMAGE_FOLDERS.frontend } as const;
const PODS = servicePods({ namespace: FRONTEND.namespace, name: FRONTEND.deployment });

/** The page; browsers reach NATS through it, each with a user of its own. */
export const FRONTEND_SERVICE = {
  id: 'Frontend',
  group: 'services',
  name: FRONTEND.deployment,
  namespace: FRONTEND.namespace,
  image: IMAGE,
  dependsOn: ['Namespaces', 'Nats'],
  connectsTo: ['natsWebsocket'],
  edges: () => [tcp('anywhere', PODS, FRONTEND.port)],
  chart: (scope, lab) =>
    new Frontend(scope, 'Frontend', { ...lab, image: imageOf({ image: IMAGE }, lab) }),
} as const satisfies Service;
