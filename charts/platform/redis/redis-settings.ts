import { optionalSize } from '../../core/setting';
import { type ValuesOf } from '../../core/setting-group';

/** Whether the cache keeps its data. */
export const REDIS_SETTINGS = {
  redisStorage: optionalSize({
    example: '1Gi',
    description:
      'Size of the volume that Redis keeps its data on; without one it keeps nothing over a restart',
  }),
} as const;

/** Values of {@link REDIS_SETTINGS}. */
export type RedisSettings = ValuesOf<typeof REDIS_SETTINGS>;
