import { AutoscalingV2Api, KubeConfig } from '@kubernetes/client-node';
import { App } from 'cdk8s';
import { PrometheusMonitors } from '../../../charts/observability/prometheus-monitors';
import { isAlert } from '../../../charts/observability/rules/rule-group';
import { RULE_GROUPS } from '../../../charts/observability/rules/rule-groups';
import { scrapeConfigs } from '../../../charts/observability/scrape-config';
import { NAMESPACES } from '../../../workloads/protocol/names';
import { dashboardQueries } from '../../support/dashboard-queries';
import { Lab } from '../support/lab';
import { printMeasurements, secondsBetween } from '../support/measurements';
import { PrometheusClient, type PrometheusSeries } from '../support/prometheus';
import { addSecondHpa, removeSecondHpa } from '../support/second-hpa';

// ten workers make about ten memes a second: enough to do until the last look
const BURST = 60;
const KEPT_WAITING = 30;
const FROZEN = 'FrozenAutoscaler';

const RULES = RULE_GROUPS.flatMap(({ rules }) => rules);
const prometheus = new PrometheusClient();

let lab: Lab;
let autoscaling: AutoscalingV2Api;
let busy: NodeJS.Timeout;
let started: number;
const requests: string[] = [];
const loadFaults: unknown[] = [];

beforeAll(async () => {
  lab = await Lab.open();
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromDefault();
  autoscaling = kubeconfig.makeApiClient(AutoscalingV2Api);
  await lab.idle(180);
  started = Date.now();
  requests.push(...(await lab.burst(BURST)));
  await lab.replicas.first(({ ready }) => ready >= 2, started, 120);
  busy = setInterval(() => {
    keepBusy().catch((error: unknown) => loadFaults.push(error));
  }, 2000);
}, 320_000);

afterAll(async () => {
  clearInterval(busy);
  await removeSecondHpa(autoscaling);
  await lab.close();
});

/** Publishes more where little waits, so that workers run for as long as the tests look. */
async function keepBusy(): Promise<void> {
  const [backlog] = await prometheus.query('lab:backlog:requests');
  if ((backlog?.value ?? 0) < KEPT_WAITING) requests.push(...(await lab.burst(KEPT_WAITING)));
}

test('every target is up, and everything that serves metrics is one', async () => {
  const targets = await eventually(
    () => prometheus.targets(),
    (all) => all.every(({ health }) => health === 'up'),
    60,
    (all) =>
      all
        .filter(({ health }) => health !== 'up')
        .map(({ scrapeUrl, health, lastError }) => `${scrapeUrl} is ${health}: ${lastError}`),
  );
  const pools = new Set(targets.map(({ scrapePool }) => scrapePool));
  expect([...pools].sort()).toEqual(
    scrapeConfigs(true)
      .map(({ job_name }) => job_name)
      .sort(),
  );
  const jobs = new Set(targets.map(({ labels }) => labels.job));
  for (const job of ['worker', 'bootstrap', 'observer', 'load', 'auth-callout', 'keda-operator']) {
    expect([...jobs]).toContain(job);
  }
}, 90_000);

test('what a Prometheus operator would be told to scrape is scraped here', async () => {
  const monitors = new PrometheusMonitors(new App(), 'Monitors', { release: 'any' })
    .toJson()
    .filter(({ kind }) => kind === 'PodMonitor');
  expect(monitors).toHaveLength(2);
  for (const { metadata, spec } of monitors) {
    const addresses = await addressesOf(spec);
    expect({ [metadata.name]: addresses }).not.toEqual({ [metadata.name]: [] });
    // a pod that has just come is not discovered yet
    await eventually(
      async () => {
        const instances = (await prometheus.targets()).map(({ labels }) => labels.instance);
        return addresses.filter((address) => !instances.includes(address));
      },
      (left) => left.length === 0,
      30,
      (left) => left.map((address) => `${metadata.name} selects ${address}, which is no target`),
    );
  }
}, 90_000);

test('every expression of every panel and rule has series, and every metric in it is exposed', async () => {
  const wanted = [
    ...dashboardQueries().map(({ dashboard, panel, expr }) => ({
      where: `panel "${panel}" of dashboard "${dashboard}"`,
      expr,
    })),
    ...RULES.map((rule) =>
      isAlert(rule)
        ? { where: `alert "${rule.alert}"`, expr: rule.expr, silent: true }
        : { where: `recording rule "${rule.record}"`, expr: rule.expr },
    ),
  ];
  const series = new Map<string, Promise<PrometheusSeries[]>>();
  const look = (expr: string) => {
    const found = series.get(expr) ?? prometheus.query(expr);
    series.set(expr, found);
    return found;
  };
  const faults = await eventually(
    async () => {
      series.clear();
      const missing: string[] = [];
      for (const { where, expr, ...rest } of wanted) {
        // an alert that nothing is wrong with has none: then what it reads must be there
        const silent = 'silent' in rest;
        if (!silent && !(await look(expr)).some(({ value }) => !Number.isNaN(value)))
          missing.push(`${where} shows nothing: ${expr}`);
        for (const selector of await prometheus.selectors(expr))
          if ((await look(selector)).length === 0)
            missing.push(`${where} reads what nobody exposes: ${selector}`);
      }
      return missing;
    },
    (missing) => missing.length === 0,
    75,
    (missing) => missing,
  );
  expect(faults).toEqual([]);
  const rules = await prometheus.rules();
  expect(rules.map(({ name }) => name).sort()).toEqual(
    RULES.map((rule) => (isAlert(rule) ? rule.alert : rule.record)).sort(),
  );
  expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  printMeasurements('Expressions tried under load', [
    ['panels', String(new Set(dashboardQueries().map((q) => q.dashboard + q.panel)).size)],
    ['expressions', String(wanted.length)],
    ['different queries', String(series.size)],
  ]);
}, 120_000);

test('the alert of a frozen autoscaler fires for a second HPA, and not otherwise', async () => {
  const seconds = Math.ceil((Date.now() - started) / 1000);
  const firing = `ALERTS{alertname="${FROZEN}",alertstate="firing"}`;
  expect(await prometheus.query(`count_over_time(${firing}[${seconds}s])`)).toEqual([]);
  await addSecondHpa(autoscaling);
  const added = Date.now();
  const fired = await eventually(
    () => prometheus.query(firing),
    (series) => series.length > 0,
    150,
    () => ['it does not fire'],
  );
  const firedAt = Date.now();
  expect(fired.map(({ metric }) => metric.namespace)).toContain(NAMESPACES.memeGenerator);
  await removeSecondHpa(autoscaling);
  const removed = Date.now();
  await eventually(
    () => prometheus.query(firing),
    (series) => series.length === 0,
    90,
    () => ['it still fires'],
  );
  printMeasurements('The frozen-autoscaler alert, with a second HPA on the worker', [
    ['fired after the HPA came', secondsBetween(added, firedAt), 'one minute and two looks'],
    ['ended after it went', secondsBetween(removed, Date.now())],
  ]);
}, 260_000);

test('what the monitoring costs', async () => {
  const own = `namespace="${NAMESPACES.monitoring}",container!=""`;
  const cpu = await byContainer(
    `sum by (container) (rate(container_cpu_usage_seconds_total{${own}}[2m]))`,
  );
  const memory = await byContainer(
    `sum by (container) (container_memory_working_set_bytes{${own}})`,
  );
  const sizes = (values: Map<string, number>) => [...values.values()];
  const sum = (values: Map<string, number>) => sizes(values).reduce((a, b) => a + b, 0);
  for (const container of ['prometheus', 'kube-state-metrics', 'observer']) {
    expect(cpu.get(container)).toBeGreaterThan(0);
    expect(memory.get(container)).toBeGreaterThan(0);
  }
  const row = (name: string, cores: number, bytes: number) =>
    [name, `${Math.round(cores * 1000)} mCPU, ${Math.round(bytes / 2 ** 20)} MiB`] as const;
  printMeasurements('Cost of the monitoring under load, over two minutes', [
    ...[...memory].map(([name, bytes]) => row(name, cpu.get(name) ?? 0, bytes)),
    row('all', sum(cpu), sum(memory)),
  ]);
  clearInterval(busy);
  await lab.answers.forAll(requests, 120);
  expect(loadFaults).toEqual([]);
}, 150_000);

async function byContainer(expression: string): Promise<Map<string, number>> {
  const series = await prometheus.query(expression);
  return new Map(series.map(({ metric, value }) => [metric.container ?? '', value]));
}

interface PodMonitorSpec {
  readonly namespaceSelector: { readonly matchNames: readonly string[] };
  readonly selector: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly podMetricsEndpoints: readonly { readonly port: string }[];
}

/** The addresses that a PodMonitor makes targets of, from the pods that are ready. */
async function addressesOf(spec: PodMonitorSpec): Promise<string[]> {
  const labelSelector = Object.entries(spec.selector.matchLabels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const ports = spec.podMetricsEndpoints.map(({ port }) => port);
  const lists = await Promise.all(
    spec.namespaceSelector.matchNames.map((namespace) =>
      lab.core.listNamespacedPod({ namespace, labelSelector }),
    ),
  );
  return lists
    .flatMap(({ items }) => items)
    .filter(({ metadata }) => !metadata?.deletionTimestamp)
    .filter(({ status }) => status?.containerStatuses?.every(({ ready }) => ready))
    .flatMap(({ status, spec: pod }) =>
      (pod?.containers ?? [])
        .flatMap(({ ports: named }) => named ?? [])
        .filter(({ name }) => ports.includes(name ?? ''))
        .map(({ containerPort }) => `${status?.podIP}:${containerPort}`),
    );
}

/** Looks again until something holds; fails with what is wrong at the last look. */
async function eventually<T>(
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
  timeoutSeconds: number,
  faults: (seen: T) => string[],
): Promise<T> {
  for (const deadline = Date.now() + timeoutSeconds * 1000; ;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > deadline)
      throw new Error(`not within ${timeoutSeconds} s:\n${faults(seen).join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}
