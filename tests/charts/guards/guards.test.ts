import { addGuards } from '../../../charts/guards/add-guards';
import { ownWorkloads } from '../../../charts/guards/own-workloads';
import { byteCount, coreCount } from '../../../charts/guards/quantity';
import { type LabChart } from '../../../charts/lab-chart';
import { allowedEdges, type Part } from '../../../charts/network/edges';
import { chartNamed, find, lab, labProps, withField } from '../support/lab';

const guarded = () => lab({ networkPolicies: true, resourceQuotas: true, natsReplicas: 3 });

const manifests = (name: string) =>
  chartNamed(guarded(), name).objects.map(({ manifest }) => manifest);

test('each workload that stays has a budget that lets one pod go', () => {
  const budgets = manifests('DisruptionBudgets').map(({ metadata, spec }) => ({
    key: `${metadata.namespace}/${metadata.name}`,
    spec,
  }));

  expect(budgets.map(({ key }) => key)).toEqual(
    ownWorkloads(lab()).map(({ namespace, name }) => `${namespace}/${name}`),
  );
  expect(budgets.length).toBeGreaterThan(6);
  expect(budgets.find(({ key }) => key === 'messaging/nats')?.spec).toMatchObject({
    maxUnavailable: 1,
    selector: { matchLabels: { 'app.kubernetes.io/name': 'nats' } },
  });
});

test('a quota has room for twice the most workers', () => {
  const worker = ownWorkloads(lab()).find(({ name }) => name === 'worker')!;
  const [{ resources }] = worker.containers;
  const hard = hardOf(guarded(), 'meme-generator');

  const workers = 2 * 10;
  expect(coreCount(hard['limits.cpu'])).toBeGreaterThanOrEqual(
    workers * coreCount(resources!.limits!.cpu),
  );
  expect(byteCount(hard['requests.memory'])).toBeGreaterThanOrEqual(
    workers * byteCount(resources!.requests!.memory),
  );
  expect(Number(hard.pods)).toBeGreaterThan(workers);
});

test('a quota that follows more workers is larger', () => {
  const cpu = (maxReplicas: number) => {
    const charts = lab({ resourceQuotas: true, maxReplicas });
    return coreCount(hardOf(charts, 'meme-generator')['requests.cpu']);
  };

  expect(cpu(20)).toBeGreaterThan(cpu(10));
});

test('a quota has room for the cache as large as its vertical autoscaler may make it', () => {
  const charts = guarded();
  const { spec: scaler } = find(charts, 'VerticalPodAutoscaler', 'redis') as {
    spec?: { resourcePolicy: { containerPolicies: { maxAllowed: Record<string, string> }[] } };
  };
  const [{ maxAllowed }] = scaler!.resourcePolicy.containerPolicies;
  const redis = ownWorkloads(charts).find(({ name }) => name === 'redis')!;
  const { requests, limits } = redis.containers[0].resources!;
  const hard = hardOf(charts, 'cache');

  expect(coreCount(maxAllowed.cpu)).toBeGreaterThan(coreCount(requests!.cpu));
  for (const [resource, count] of [
    ['cpu', coreCount],
    ['memory', byteCount],
  ] as const) {
    const most = count(maxAllowed[resource]);
    // the autoscaler keeps the proportion of the limit to the request
    const limit = (most * count(limits![resource])) / count(requests![resource]);
    expect(count(hard[`requests.${resource}`])).toBeGreaterThanOrEqual(most);
    expect(count(hard[`limits.${resource}`])).toBeGreaterThanOrEqual(limit);
  }
});

test('a container whose requests alone are sized keeps its limits in the quota', () => {
  const field = 'spec.resourcePolicy.containerPolicies.0.controlledValues';
  const charts = withField(lab(), 'VerticalScalers/Redis', field, 'RequestsOnly');
  const hard = hardOf(addGuards(charts, labProps({ resourceQuotas: true })), 'cache');

  expect(hard).toMatchObject({ 'requests.cpu': '2000m', 'limits.cpu': '500m' });
});

test('fails when a quota is to have room for a container that may become as large as it likes', () => {
  const field = 'spec.resourcePolicy.containerPolicies.0.maxAllowed';
  const charts = withField(lab(), 'VerticalScalers/Redis', field, undefined);

  expect(() => addGuards(charts, labProps({ resourceQuotas: true }))).toThrow(
    /^VerticalPodAutoscaler "redis" has no "maxAllowed.cpu" for container "redis"/,
  );
});

test.each(['', '1e3', '10MB', '-1'])('fails to add up the quantity "%s"', (text) => {
  expect(() => coreCount(text)).toThrow(/is no quantity that can be added up/);
});

test("everything is denied in the lab's own namespaces, and in no other", () => {
  const denied = manifests('NetworkPolicies')
    .filter(({ metadata }) => metadata.name === 'deny-all')
    .map(({ metadata }) => metadata.namespace);

  expect(denied.sort()).toEqual(['cache', 'meme-generator', 'messaging', 'monitoring']);
});

test('every workload and every Job of the lab has edges of its own', () => {
  const edges = allowedEdges({ natsPublished: true, prometheusPublished: true, model: true });
  const ends = edges
    .flatMap(({ from, to }) => [from, to])
    .filter((end): end is Part => end !== 'anywhere')
    .map(({ namespace, labels }) => `${namespace}/${labels['app.kubernetes.io/name']}`);

  for (const { namespace, name } of ownWorkloads(lab())) {
    expect(ends).toContain(`${namespace}/${name}`);
  }
  expect(ends).toContain('meme-generator/bootstrap');
});

test('every service of the lab that a workload is told of is one that it may connect to', () => {
  const edges = allowedEdges({ natsPublished: false, prometheusPublished: false, model: false });
  const allowed = edges.flatMap(({ from, to, ports }) =>
    from === 'anywhere' || to === 'anywhere'
      ? []
      : ports.map((port) => `${nameOf(from)} -> ${nameOf(to)}:${port}`),
  );
  const told = ownWorkloads(lab()).flatMap(({ namespace, name, object }) => {
    const addresses = JSON.stringify(object.manifest.spec).matchAll(
      /"[a-z]+:\/\/([\w-]+)\.([\w-]+)\.svc\.cluster\.local:(\d+)/g,
    );
    return [...addresses].map(
      ([, service, its, port]) => `${namespace}/${name} -> ${its}/${service}:${port}`,
    );
  });

  expect(told).toContain('meme-generator/load -> meme-generator/frontend:8080');
  expect(told.filter((edge) => !allowed.includes(edge))).toEqual([]);
});

test('both ends of an edge allow it', () => {
  const policy = (name: string) => find(guarded(), 'NetworkPolicy', name).spec;
  const port = { port: 6379, protocol: 'TCP' };
  const podIn = (namespace: string, name: string) => ({
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: { matchLabels: { 'app.kubernetes.io/name': name } },
  });

  expect(policy('redis')).toMatchObject({
    ingress: expect.arrayContaining([{ from: [podIn('meme-generator', 'worker')], ports: [port] }]),
  });
  expect(policy('worker')).toMatchObject({
    egress: expect.arrayContaining([{ to: [podIn('cache', 'redis')], ports: [port] }]),
  });
  expect(JSON.stringify(policy('frontend'))).not.toContain('6379');
});

test('the internet is for workers that ask a model there', () => {
  const toInternet = (model: boolean) =>
    allowedEdges({ natsPublished: false, prometheusPublished: false, model }).filter(
      ({ from, to }) =>
        to === 'anywhere' &&
        from !== 'anywhere' &&
        from.labels['app.kubernetes.io/name'] === 'worker',
    );

  expect(toInternet(true)).toHaveLength(1);
  expect(toInternet(false)).toEqual([]);
});

function hardOf(charts: readonly LabChart[], namespace: string): Record<string, string> {
  const quota = chartNamed(charts, 'Quotas').objects.find(
    ({ manifest: { kind, metadata } }) =>
      kind === 'ResourceQuota' && metadata.namespace === namespace,
  )!;
  return (quota.manifest.spec as { hard: Record<string, string> }).hard;
}

function nameOf({ namespace, labels }: Part): string {
  return `${namespace}/${labels['app.kubernetes.io/name']}`;
}
