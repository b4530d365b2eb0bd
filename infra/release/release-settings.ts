import { integer } from '../../charts/core/setting';

/** How long a deployment waits. */
export const RELEASE_SETTINGS = {
  readyTimeout: integer({
    min: 10,
    max: 7200,
    default: 600,
    unit: 'seconds',
    example: 600,
    description: 'Seconds one object may take to become ready',
  }),
} as const;
