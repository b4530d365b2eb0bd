import { stringify } from 'yaml';
import { DATASOURCE } from '../../../charts/observability/dashboards/panel';
import { labDashboards } from '../../../charts/observability/dashboards/dashboards';
import { RECORDED } from '../../../charts/observability/rules/recording-rules';
import { dashboardQueries, panelsOf } from '../../support/dashboard-queries';
import { promtool } from '../../support/promtool';

jest.setTimeout(60_000);

const PANELS = labDashboards().flatMap((dashboard) =>
  panelsOf(dashboard).map((panel) => ({ name: `${dashboard.title}: ${panel.title}`, panel })),
);

test('there is one for the demo, one for the worker, and one for NATS and Redis', () => {
  const dashboards = labDashboards();
  expect(dashboards.map(({ uid }) => uid)).toEqual([
    'lab-demo',
    'lab-worker',
    'lab-queue-and-cache',
  ]);
  for (const { title, description, editable } of dashboards) {
    expect(title).not.toBe('');
    expect(description).not.toBe('');
    expect(editable).toBe(false);
  }
});

test.each(PANELS)('$name has what a panel needs', ({ panel }) => {
  expect(panel.title).toMatch(/\S/);
  expect(panel.description).toMatch(/\S/);
  expect(panel.datasource).toEqual(DATASOURCE);
  expect(panel.fieldConfig?.defaults.unit).toMatch(/\S/);
  expect(panel.targets).not.toHaveLength(0);
  for (const { expr, legendFormat, datasource } of panel.targets ?? []) {
    expect(expr).toMatch(/\S/);
    expect(legendFormat).toMatch(/\S/);
    expect(datasource).toEqual(DATASOURCE);
    // such an expression means nothing outside Grafana, so no test could try it
    expect(expr).not.toContain('$');
  }
  const names = (panel.targets ?? []).map(({ refId }) => refId);
  expect(new Set(names).size).toBe(names.length);
});

test('no two panels of a dashboard have the same title or lie on each other', () => {
  for (const dashboard of labDashboards()) {
    const panels = panelsOf(dashboard);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } = { x: 0, y: 0, w: 0, h: 0 } }) => {
      expect(x + w).toBeLessThanOrEqual(24);
      return Array.from(
        { length: w * h },
        (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`,
      );
    });
    expect(new Set(cells).size).toBe(cells.length);
  }
});

test('the demo shows the three autoscalers side by side, and its numbers are large', () => {
  const [demo] = labDashboards();
  const scaled = panelsOf(demo).filter(({ title }) => /, (scaled|sized) by /.test(title ?? ''));
  expect(scaled.map(({ type }) => type)).toEqual(['stat', 'stat', 'stat']);
  expect(scaled.map(({ gridPos }) => gridPos?.x)).toEqual([0, 8, 16]);
  expect(new Set(scaled.map(({ gridPos }) => gridPos?.y)).size).toBe(1);
  for (const { gridPos } of scaled) expect(gridPos?.h).toBeGreaterThanOrEqual(4);
});

test('the advice of the VerticalPodAutoscaler stands beside the requests of the worker', () => {
  for (const panel of ['CPU of one worker', 'Memory of one worker']) {
    const text = dashboardQueries()
      .filter((query) => query.panel === panel)
      .map(({ expr }) => expr)
      .join('\n');
    expect(text).toContain('lab_vpa_recommendation_');
    expect(text).toContain('lab_workload_requests_');
  }
});

test('every recorded series is shown', () => {
  const shown = dashboardQueries()
    .map(({ expr }) => expr)
    .join('\n');
  for (const name of Object.values(RECORDED)) expect(shown).toContain(name);
});

test('a real promtool understands every expression', async () => {
  const rules = dashboardQueries().map(({ expr }, index) => ({
    record: `panel:query:${index}`,
    expr,
  }));
  const { code, stdout, stderr } = await promtool(['check', 'rules', 'rules.yml'], {
    'rules.yml': stringify({ groups: [{ name: 'panels', rules }] }),
  });
  expect(`${stdout}${stderr}`).toContain(`${rules.length} rules found`);
  expect(code).toBe(0);
});
