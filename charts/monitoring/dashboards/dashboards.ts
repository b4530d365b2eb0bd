import { type Dashboard } from './dashboard';
import { demoDashboard } from './demo';
import { queueAndCacheDashboard } from './queue-and-cache';
import { workerDashboard } from './worker';

/** Every dashboard of the lab; the first is what Grafana opens with. */
export function labDashboards(): readonly [Dashboard, ...Dashboard[]] {
  return [demoDashboard(), workerDashboard(), queueAndCacheDashboard()];
}
