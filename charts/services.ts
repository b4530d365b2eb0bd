import { OBSERVER_SERVICE } from './observability/observer-service';
import { BOOTSTRAP_SERVICE } from './platform/nats/bootstrap-service';
import { AUTH_CALLOUT_SERVICE } from './services/auth-callout/auth-callout-service';
import { FRONTEND_SERVICE } from './services/frontend/frontend-service';
import { LOAD_SERVICE } from './services/load/load-service';
import { WORKER_SERVICE } from './services/worker/worker-service';
import { type Service } from './core/service';

/**
 * Every service whose image is built from this project. The order of releases follows from what each
 * depends on; this order is that of the users in NATS' configuration, so a new service goes to the end.
 */
export const SERVICES = [
  WORKER_SERVICE,
  BOOTSTRAP_SERVICE,
  FRONTEND_SERVICE,
  LOAD_SERVICE,
  AUTH_CALLOUT_SERVICE,
  OBSERVER_SERVICE,
] as const satisfies readonly Service[];
