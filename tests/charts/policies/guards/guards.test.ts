import { addGuards } from '../../../../charts/policies/guards/add-guards';
import { ownWorkloads } from '../../../../charts/policies/guards/own-workloads';
import { byteCount, coreCount } from '../../../../charts/policies/guards/quantity';
import { type LabChart } from '../../../../charts/core/lab-chart';
import { chartNamed, find, lab, labProps, withField } from '../../support/lab';

const guarded = () => lab({ resourceQuotas: true, natsReplicas: 3 });

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

function hardOf(charts: readonly LabChart[], namespace: string): Record<string, string> {
  const quota = chartNamed(charts, 'Quotas').objects.find(
    ({ manifest: { kind, metadata } }) =>
      kind === 'ResourceQuota' && metadata.namespace === namespace,
  )!;
  return (quota.manifest.spec as { hard: Record<string, string> }).hard;
}
