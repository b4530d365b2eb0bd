import { boolean, nodePort, oneOfNumbers, size } from '../../core/setting';
import { type ValuesOf } from '../../core/setting-group';

/** The queue: how much disk, how many servers, and who reaches them. */
export const NATS_SETTINGS = {
  natsStorage: size({
    default: '2Gi',
    example: '2Gi',
    description:
      'Size of the volume that JetStream keeps its streams on; later it grows only where its StorageClass allows it, and never shrinks',
  }),
  natsReplicas: oneOfNumbers([1, 3, 5], {
    default: 1,
    unit: 'servers',
    example: 3,
    reason: 'so that a majority is more than half',
    description:
      'NATS servers, 1, 3 or 5, and replicas of each stream; a change between one and several starts with an empty queue, and one from 5 to 3 is refused while the volumes of the five are there',
  }),
  natsTls: boolean({
    default: false,
    description: 'NATS accepts its clients, and its servers each other, over TLS only',
  }),
  natsNodePort: nodePort({
    example: 30422,
    description:
      'Node port for NATS clients outside the cluster, 30000 to 32767; 0 opens 30422 on the local cluster and none on others',
  }),
} as const;

/** Values of {@link NATS_SETTINGS}. */
export type NatsSettings = ValuesOf<typeof NATS_SETTINGS>;
