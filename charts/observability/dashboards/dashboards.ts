import { type Dashboard, dashboardFile } from './dashboard';
import { demoDashboard } from './demo';
import { queueAndCacheDashboard } from './queue-and-cache';
import { workerDashboard } from './worker';

/** Every dashboard of the lab; the first is what Grafana opens with. */
export function labDashboards(): readonly [Dashboard, ...Dashboard[]] {
  return [demoDashboard(), workerDashboard(), queueAndCacheDashboard()];
}

/** The dashboards as files for Grafana, by name, in the same order. */
export function dashboardFiles(): Record<string, string> {
  return Object.fromEntries(
    labDashboards().map((dashboard) => [`${dashboard.uid}.json`, dashboardFile(dashboard)]),
  );
}
