import { type Dashboard, DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';

/** What a dashboard is found by. */
export interface DashboardOptions {
  /** Its address: `/d/<uid>`. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
}

export type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';

/** A dashboard of the last quarter of an hour, refreshed as often as Prometheus scrapes. */
export function labDashboard({ uid, title, description }: DashboardOptions): DashboardBuilder {
  return new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['autoscaling-lab'])
    .timezone('browser')
    .time({ from: 'now-15m', to: 'now' })
    .refresh('5s')
    .readonly();
}

/** The dashboard as Grafana reads it from a file. */
export function dashboardFile(dashboard: Dashboard): string {
  return `${JSON.stringify(dashboard, null, 1)}\n`;
}
