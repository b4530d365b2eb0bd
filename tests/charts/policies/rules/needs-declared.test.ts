import type { LabChart } from '../../../../charts/core/lab-chart';
import { LabGraph } from '../../../../charts/policies/rules/lab-graph';
import { needsDeclared } from '../../../../charts/policies/rules/needs-declared';
import { REDIS, WORKER } from '../../../../workloads/protocol/names';
import { labCharts, TOKEN_SECRET, WORKLOAD_IMAGES } from '../../../infra/support/lab';

const charts = labCharts();

const withWorker = (change: Partial<LabChart>): LabGraph =>
  new LabGraph(charts.map((chart) => (chart.name === 'Worker' ? { ...chart, ...change } : chart)));

test('the lab declares what its pods read and run', () => {
  expect(needsDeclared(new LabGraph(charts))).toEqual([]);
});

// a release waits only for what is declared, so this looks at everything and not at pods alone
test('a chart declares every Secret and every built image that one of its objects names', () => {
  const secrets = charts.flatMap((chart) => chart.secrets);
  for (const chart of charts) {
    const named = (text: string, namespace?: string) =>
      chart.objects.some(
        ({ manifest }) =>
          (namespace === undefined || manifest.metadata.namespace === namespace) &&
          JSON.stringify(manifest).includes(JSON.stringify(text)),
      );
    const used = secrets.filter(({ name, namespace }) => named(name, namespace));
    expect(chart.secrets).toEqual(expect.arrayContaining(used));
    const images = Object.values(WORKLOAD_IMAGES).filter((image) => named(image));
    expect([...chart.images].sort()).toEqual(images.sort());
  }
});

test('no two charts declare one Secret: one release makes it', () => {
  const declared = charts.flatMap(({ secrets }) => secrets);
  const places = declared.map(({ namespace, name }) => `${namespace}/${name}`);
  expect(new Set(places).size).toBe(places.length);
});

test('fails where a pod reads a Secret that its chart does not declare', () => {
  const violations = needsDeclared(withWorker({ secrets: [] }));
  const messages = [TOKEN_SECRET, REDIS.secret, 'nats-worker'].map((name) =>
    expect.stringContaining(`reads Secret "${name}", which chart "Worker" does not declare; add`),
  );
  expect(violations.map(({ message }) => message)).toEqual(expect.arrayContaining(messages));
  expect(violations.map(({ path }) => path)).toEqual(Array(3).fill('Worker/Deployment'));
});

test('fails where the Secret is declared in another namespace', () => {
  const worker = charts.find(({ name }) => name === 'Worker')!;
  const secrets = worker.secrets.map((secret) =>
    secret.name === REDIS.secret ? { ...secret, namespace: REDIS.namespace } : secret,
  );
  expect(needsDeclared(withWorker({ secrets }))).toHaveLength(1);
});

test('fails where a pod runs a built image that its chart does not declare', () => {
  // the worker's image is declared by the bootstrap as well
  expect(needsDeclared(withWorker({ images: [] }))).toEqual([
    {
      path: `Worker/Deployment`,
      message: expect.stringContaining(`runs "${WORKLOAD_IMAGES[WORKER.deployment]}", which chart`),
    },
  ]);
});
