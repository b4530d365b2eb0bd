import { stringify } from 'yaml';
import { dashboardFiles } from '../../../charts/observability/dashboards/dashboards';
import { SHARED_RULE_GROUPS } from '../../../charts/observability/rules/rule-groups';
import { checkRules } from '../../../charts/policies/rules/check-rules';
import { promtool } from '../../support/promtool';
import { chartNamed, find, lab } from '../support/lab';

jest.setTimeout(60_000);

const charts = () => lab({ monitoring: 'operator', prometheusRelease: 'stack' });

interface PodMonitor {
  readonly spec: {
    readonly selector: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly namespaceSelector: { readonly matchNames: readonly string[] };
    readonly podMetricsEndpoints: readonly {
      readonly port: string;
      readonly honorLabels: boolean;
    }[];
  };
}

interface Workload {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: {
    readonly template?: {
      readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
      readonly spec: {
        readonly containers: readonly {
          readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
        }[];
      };
    };
  };
}

/** Workloads of the lab with a container port that the monitor would scrape. */
function scrapedBy(name: string): string[] {
  const { spec } = find(charts(), 'PodMonitor', name) as unknown as PodMonitor;
  const [{ port }] = spec.podMetricsEndpoints;
  return charts()
    .flatMap(({ objects }) => objects.map(({ manifest }) => manifest as unknown as Workload))
    .filter(({ metadata }) => spec.namespaceSelector.matchNames.includes(metadata.namespace ?? ''))
    .filter(({ spec: own }) => {
      const labels = own?.template?.metadata?.labels ?? {};
      const wanted = Object.entries(spec.selector.matchLabels ?? {});
      return wanted.every(([key, value]) => labels[key] === value);
    })
    .filter(({ spec: own }) =>
      own?.template?.spec.containers.some(({ ports }) => ports?.some((each) => each.name === port)),
    )
    .map(({ metadata }) => metadata.name)
    .sort();
}

test("the rules of the lab hold, though the kinds are the cluster's own", () => {
  expect(() => checkRules(charts())).not.toThrow();
  expect(chartNamed(charts(), 'PrometheusMonitors').dependsOn).toEqual(['Namespaces']);
});

test("it stands in for the lab's own Prometheus with kube-state-metrics", () => {
  const names = charts().map(({ name }) => name);
  expect(names).toContain('PrometheusMonitors');
  expect(names).not.toContain('Prometheus');
  expect(names).not.toContain('KubeStateMetrics');
});

test('everything that serves metrics is found by the name of its port', () => {
  expect(scrapedBy('autoscaling-lab-lab').sort()).toEqual([
    'auth-callout',
    'bootstrap',
    'load',
    'observer',
    'worker',
  ]);
  for (const name of ['autoscaling-lab-lab', 'autoscaling-lab-keda']) {
    const { spec } = find(charts(), 'PodMonitor', name) as unknown as PodMonitor;
    // else the observer's words about other namespaces would be taken for words about its own
    expect(spec.podMetricsEndpoints.map(({ honorLabels }) => honorLabels)).toEqual([true]);
  }
});

test('each object has the label by which the release finds it', () => {
  for (const { manifest } of chartNamed(charts(), 'PrometheusMonitors').objects) {
    expect(manifest.metadata.labels).toMatchObject({ release: 'stack' });
  }
});

test('a real promtool takes the rules as they stand in the object', async () => {
  const { spec } = find(charts(), 'PrometheusRule', 'autoscaling-lab');
  expect(spec).toEqual({ groups: SHARED_RULE_GROUPS });
  const { code, stdout, stderr } = await promtool(['check', 'rules', 'rules.yml'], {
    'rules.yml': stringify(spec),
  });
  expect(`${stdout}${stderr}`).toMatch(/SUCCESS: \d+ rules found/);
  expect(code).toBe(0);
});

test("the cluster's Grafana finds the dashboards by their label", () => {
  const { metadata, data } = find(charts(), 'ConfigMap', 'autoscaling-lab-dashboards');
  expect(metadata.labels).toMatchObject({ grafana_dashboard: '1' });
  expect(data).toEqual(dashboardFiles());
});
