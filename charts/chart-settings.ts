import { type ValuesOf } from './core/setting-group';
import { MONITORING_SETTINGS } from './observability/monitoring-settings';
import { NATS_SETTINGS } from './platform/nats/nats-settings';
import { REDIS_SETTINGS } from './platform/redis/redis-settings';
import { SECRET_SETTINGS } from './platform/secret-settings';
import { POLICY_SETTINGS } from './policies/policy-settings';
import { FRONTEND_SETTINGS } from './services/frontend/frontend-settings';
import { SCALING_SETTINGS } from './services/worker/scaling-settings';
import { WORKER_SETTINGS } from './services/worker/worker-settings';

/** Every setting that the charts use, in the order of Pulumi.yaml. */
export const CHART_SETTINGS = {
  ...SCALING_SETTINGS,
  ...WORKER_SETTINGS,
  ...SECRET_SETTINGS,
  ...NATS_SETTINGS,
  ...REDIS_SETTINGS,
  ...MONITORING_SETTINGS,
  ...FRONTEND_SETTINGS,
  ...POLICY_SETTINGS,
} as const;

/** Values of {@link CHART_SETTINGS}. */
export type ChartSettings = ValuesOf<typeof CHART_SETTINGS>;
