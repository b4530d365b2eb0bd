import { buildCharts } from '../../charts';
import { chartNamed, lab, labProps } from './support/lab';

const paths = (name: string) => chartNamed(lab(), name).objects.map(({ path }) => path);

test('every chart comes after those that it depends on', () => {
  const seen = new Set<string>();
  for (const { name, dependsOn } of lab()) {
    for (const dependency of dependsOn) expect(seen).toContain(dependency);
    seen.add(name);
  }
  expect([...seen]).toEqual([
    'Namespaces',
    'MetricsServer',
    'Keda',
    'Vpa',
    'Nats',
    'Redis',
    'NatsBootstrap',
    'Worker',
    'VerticalScalers',
    'WorkerScaler',
    'Frontend',
    'Load',
    'AuthCallout',
    'Observer',
    'KubeStateMetrics',
    'Prometheus',
    'DisruptionBudgets',
  ]);
});

test('the scaler waits for KEDA, the consumer and its target; the worker does not wait for KEDA', () => {
  const dependsOn = (name: string) => [...chartNamed(lab(), name).dependsOn].sort();

  expect(dependsOn('WorkerScaler')).toEqual(['Keda', 'Namespaces', 'NatsBootstrap', 'Worker']);
  expect(dependsOn('Worker')).toEqual(['Namespaces', 'NatsBootstrap', 'Redis']);
});

test('objects come after those that they depend on', () => {
  for (const { objects } of lab()) {
    const seen = new Set<string>();
    for (const { path, dependsOn } of objects) {
      for (const dependency of dependsOn) expect(seen).toContain(dependency);
      seen.add(path);
    }
  }
});

test('paths name every object once, without the inner constructs', () => {
  const all = lab().flatMap(({ objects }) => objects.map(({ path }) => path));

  expect(new Set(all).size).toBe(all.length);
  expect(paths('Worker')).toEqual(['Worker/Deployment', 'Worker/MetricsService']);
});

test('every object of the lab, the operators included, says whose it is', () => {
  for (const { manifest } of lab().flatMap(({ objects }) => objects)) {
    expect(manifest.metadata.labels).toMatchObject({
      'app.kubernetes.io/part-of': 'autoscaling-lab',
      'app.kubernetes.io/managed-by': 'pulumi',
    });
  }
});

test('the same properties give the same objects', () => {
  const manifests = () => lab().map(({ objects }) => objects);

  expect(JSON.stringify(manifests())).toBe(JSON.stringify(manifests()));
});

test('a cluster that has a metrics-server keeps its own', () => {
  const { keda, vpa } = labProps().operatorManifests;

  expect(lab({ operatorManifests: { keda, vpa } }).map(({ name }) => name)).not.toContain(
    'MetricsServer',
  );
});

test('fails when metrics-server is to be installed from no image', () => {
  const { images } = labProps();
  const props = labProps({ images: { ...images, metricsServer: undefined } });

  expect(() => buildCharts(props)).toThrow(/^"images.metricsServer" is missing while/);
});

test('the whole lab', () => {
  const objects = lab().flatMap((chart) => chart.objects);

  expect(
    Object.fromEntries(objects.map(({ path, manifest }) => [path, manifest])),
  ).toMatchSnapshot();
});
