import { SCALING_MODES } from '../../../workloads/protocol/scaling-mode';
import { integer, oneOf } from '../../core/setting';
import { type ValuesOf } from '../../core/setting-group';

/** What decides the number of workers. */
export const SCALING_SETTINGS = {
  scalingMode: oneOf(SCALING_MODES, {
    default: 'queue',
    description:
      'What scales the worker: queue (KEDA on the lag), cpu (an HPA), kpi (KEDA on the workers needed to drain the ' +
      'queue in time) or conflict (queue and cpu at once, which stops both)',
  }),
  drainTarget: integer({
    min: 1,
    max: 3600,
    default: 30,
    unit: 'seconds',
    example: 30,
    description: 'Seconds within which scalingMode kpi aims to drain the queue',
  }),
  maxReplicas: integer({
    min: 1,
    max: 1000,
    default: 10,
    unit: 'workers',
    example: 10,
    description: 'Most workers the autoscaler may start',
  }),
  minReplicas: integer({
    min: 0,
    max: 1000,
    default: 0,
    unit: 'workers',
    example: 0,
    description: 'Workers kept while the queue is empty; at least 1 in scalingMode cpu',
  }),
  lagThreshold: integer({
    min: 1,
    max: 1_000_000,
    default: 5,
    unit: 'requests',
    example: 5,
    description: 'Waiting requests per worker that the autoscaler aims at',
  }),
  activationLagThreshold: integer({
    min: 0,
    max: 1_000_000,
    default: 0,
    unit: 'requests',
    example: 0,
    description: 'The first worker starts when more requests than this are waiting',
  }),
  pollingInterval: integer({
    min: 1,
    max: 3600,
    default: 1,
    unit: 'seconds',
    example: 1,
    description: "Seconds between KEDA's reads of the queue",
  }),
  cooldownPeriod: integer({
    min: 1,
    max: 86_400,
    default: 30,
    unit: 'seconds',
    example: 30,
    description: 'Seconds the queue must be empty before the last worker is stopped',
  }),
} as const;

/** Values of {@link SCALING_SETTINGS}. */
export type ScalingSettings = ValuesOf<typeof SCALING_SETTINGS>;
