import { type Dashboard } from '../../charts/observability/dashboards/dashboard';
import { labDashboards } from '../../charts/observability/dashboards/dashboards';

/** A panel as Grafana's file has it, as far as tests look at it. */
export interface PanelFile {
  readonly id?: number;
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly datasource?: { readonly type?: string; readonly uid?: string };
  readonly gridPos?: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly {
    readonly refId?: string;
    readonly expr?: string;
    readonly legendFormat?: string;
    readonly datasource?: { readonly uid?: string };
  }[];
}

/** One expression, and where it stands. */
export interface DashboardQuery {
  readonly dashboard: string;
  readonly panel: string;
  readonly expr: string;
}

/** The panels that show something; rows are headings. */
export function panelsOf(dashboard: Dashboard): PanelFile[] {
  const panels = JSON.parse(JSON.stringify(dashboard.panels ?? [])) as PanelFile[];
  return panels.filter(({ type }) => type !== 'row');
}

/** Every expression of every panel of the lab. */
export function dashboardQueries(): DashboardQuery[] {
  return labDashboards().flatMap((dashboard) =>
    panelsOf(dashboard).flatMap(({ title, targets }) =>
      (targets ?? []).map(({ expr }) => ({
        dashboard: dashboard.title ?? '',
        panel: title ?? '',
        expr: expr ?? '',
      })),
    ),
  );
}
