import * as kubernetes from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { checkRules } from '../../../charts/policies/rules/check-rules';
import { clusterProvider } from '../../../infra/cluster/cluster-provider';
import { AutoscalingLab } from '../../../infra/release/autoscaling-lab';
import { ChartRelease } from '../../../infra/release/chart-release';
import { ScalingTargets } from '../../../infra/release/scaling-targets';
import { FRONTEND, LOAD, NATS, WORKER } from '../../../workloads/protocol/names';
import { tokenSecret } from '../../../infra/secrets/token-secret';
import { labCharts, TOKEN_SECRET, VPA_SECRET } from '../support/lab';
import { type Registration, recordResources } from '../support/recorded-resources';
import { ReleasedLab } from '../support/released-lab';

jest.setTimeout(240_000);

const annotations = ({ inputs }: Registration) =>
  (inputs.metadata as { annotations?: Record<string, string> }).annotations ?? {};

let lab: ReleasedLab;

describe('the lab', () => {
  beforeAll(async () => {
    const charts = labCharts();
    checkRules(charts);
    lab = await ReleasedLab.of(charts);
  });

  test('each chart is a component with one child for each of its objects', () => {
    const charts = labCharts();
    const components = lab.registrations.filter(
      ({ type }) => type === 'autoscaling-lab:infra:ChartRelease',
    );
    expect(components.map(({ name }) => name).sort()).toEqual(
      charts.map(({ name }) => `lab-${name}`).sort(),
    );
    for (const { name, objects, secrets } of charts) {
      const children = lab.registrations.filter(({ parent }) => parent === `lab-${name}`);
      const made = secrets.map((secret) =>
        secret.name === VPA_SECRET ? `lab-Vpa-${VPA_SECRET}` : `lab-${name}-Secret-${secret.name}`,
      );
      expect(children.map((child) => child.name).sort()).toEqual(
        [...objects.map(({ path }) => `lab-${path.replaceAll('/', '-')}`), ...made].sort(),
      );
    }
  });

  test('each release is under its group, each group under the lab, and only the lab and its provider at the root', () => {
    const groups = ['operators', 'platform', 'services', 'observability', 'policies'];
    const parents = new Map(lab.registrations.map(({ name, parent }) => [name, parent]));
    for (const { name, group } of labCharts()) {
      expect(parents.get(`lab-${name}`)).toBe(`lab-${group}`);
    }
    for (const group of groups) expect(parents.get(`lab-${group}`)).toBe('lab');
    const atRoot = lab.registrations.filter(({ parent }) => parent === '');
    expect(atRoot.map(({ name }) => name).sort()).toEqual(['cluster', 'lab']);
    // two labs may be in one program
    for (const { name } of lab.registrations) expect(name).toMatch(/^(lab|lab-.*|cluster)$/);
  });

  test('a Secret that two charts declare is made once, and the second waits for it', async () => {
    const charts = labCharts();
    const redisAuth = charts.find(({ name }) => name === 'Worker')!.secrets;
    const shared = charts.map((chart) =>
      chart.name === 'Load' ? { ...chart, secrets: [...chart.secrets, ...redisAuth] } : chart,
    );
    const both = await ReleasedLab.of(shared);
    for (const { name, namespace } of redisAuth) {
      const made = both.registrations.filter(
        ({ type, inputs }) =>
          type === 'kubernetes:core/v1:Secret' &&
          (inputs.metadata as { name: string }).name === name &&
          (inputs.metadata as { namespace: string }).namespace === namespace,
      );
      expect(made).toHaveLength(1);
    }
    const load = both.find('Deployment', LOAD.deployment);
    const owner = ['Worker', 'Load'].find((chart) =>
      both.registrations.some(({ name }) => name === `lab-${chart}-Secret-redis-auth`),
    );
    expect(both.before(load)).toContain(`lab-${owner}-Secret-redis-auth`);
  });

  test('objects have the class of their kind, and custom resources their own type', () => {
    expect(lab.find('Deployment', WORKER.deployment).type).toBe('kubernetes:apps/v1:Deployment');
    expect(lab.find('StatefulSet', NATS.statefulSet).type).toBe('kubernetes:apps/v1:StatefulSet');
    expect(lab.find('Service', NATS.service).type).toBe('kubernetes:core/v1:Service');
    expect(lab.find('APIService', 'v1beta1.external.metrics.k8s.io').type).toBe(
      'kubernetes:apiregistration.k8s.io/v1:APIService',
    );
    expect(lab.find('ScaledObject', WORKER.scaledObject).type).toBe(
      'kubernetes:keda.sh/v1alpha1:ScaledObject',
    );
  });

  test('every object goes to the provider of the named context', () => {
    const objects = lab.registrations.filter(({ type }) => type.startsWith('kubernetes:'));
    expect(objects.length).toBeGreaterThan(20);
    for (const { provider } of objects) expect(provider).toContain('::cluster::');
    expect(lab.registrations.find(({ name }) => name === 'cluster')?.inputs).toMatchObject({
      context: 'lab',
    });
  });

  test('an autoscaled Deployment has no replicas, and ignores what the autoscaler sets', () => {
    const worker = lab.find('Deployment', WORKER.deployment);
    expect(worker.inputs.spec).not.toHaveProperty('replicas');
    expect(worker.ignoreChanges).toEqual(['spec.replicas']);
    expect(lab.find('StatefulSet', NATS.statefulSet).ignoreChanges).toEqual([]);
  });

  test('the ScaledObject comes after KEDA, its webhooks and the consumer, and is replaced in place', () => {
    const scaler = lab.find('ScaledObject', WORKER.scaledObject);
    const names = lab.before(scaler);
    for (const first of [
      lab.find('CustomResourceDefinition', 'scaledobjects.keda.sh'),
      lab.find('Deployment', 'keda-operator'),
      lab.find('Deployment', 'keda-admission'),
      lab.find('ValidatingWebhookConfiguration', 'keda-admission'),
      lab.find('Namespace', WORKER.namespace),
    ]) {
      expect(names).toContain(first.name);
    }
    expect([...names]).toContainEqual(expect.stringMatching(/^lab-NatsBootstrap-/));
    expect(scaler.deleteBeforeReplace).toBe(true);
  });

  test('every custom resource comes after its definition, so that it goes before it', () => {
    const definitions = lab.registrations.filter(
      ({ inputs }) => inputs.kind === 'CustomResourceDefinition',
    );
    const pairs = definitions.flatMap((definition) => {
      const { group, names } = definition.inputs.spec as { group: string; names: { kind: string } };
      return lab.registrations
        .filter(({ inputs: { apiVersion, kind } }) => {
          return String(apiVersion).startsWith(`${group}/`) && kind === names.kind;
        })
        .map((resource) => [resource, definition] as const);
    });
    expect(pairs.map(([{ inputs }]) => inputs.kind)).toEqual(
      expect.arrayContaining(['ScaledObject', 'VerticalPodAutoscaler']),
    );
    for (const [resource, definition] of pairs) {
      expect(lab.before(resource)).toContain(definition.name);
    }
  });

  test('everything in a namespace comes after it, so that the namespace is the last to go', () => {
    const own = ['messaging', 'cache', 'meme-generator', 'keda', 'vpa'];
    const namespaced = lab.registrations.filter(({ inputs }) =>
      own.includes((inputs.metadata as { namespace?: string } | undefined)?.namespace ?? ''),
    );
    expect(namespaced.length).toBeGreaterThan(10);
    for (const registration of namespaced) {
      const { namespace } = registration.inputs.metadata as { namespace: string };
      expect(lab.before(registration)).toContain(lab.find('Namespace', namespace).name);
    }
  });

  test('the CA that KEDA writes is no drift', () => {
    expect(lab.find('APIService', 'v1beta1.external.metrics.k8s.io').ignoreChanges).toContain(
      'spec.caBundle',
    );
    expect(lab.find('ValidatingWebhookConfiguration', 'keda-admission').ignoreChanges).toEqual([
      'webhooks[*].clientConfig.caBundle',
    ]);
  });

  test('a Service is not waited for where its pods come later or are at zero, and only there', () => {
    const skipped = lab.registrations
      .filter((registration) => registration.inputs.kind === 'Service')
      .filter((registration) => annotations(registration)['pulumi.com/skipAwait'] === 'true')
      .map(({ inputs }) => (inputs.metadata as { name: string }).name);
    expect(skipped.sort()).toEqual([FRONTEND.service, NATS.headlessService, WORKER.service].sort());
  });

  test('nothing is forced', () => {
    expect(JSON.stringify(lab.registrations.map(({ inputs }) => inputs))).not.toContain(
      'patchForce',
    );
  });

  test('the status of a release manifest is not deployed', () => {
    expect(lab.find('CustomResourceDefinition', 'scaledobjects.keda.sh').inputs).not.toHaveProperty(
      'status',
    );
  });

  test('the readiness timeout of an object is the configured one', () => {
    expect(lab.find('Deployment', WORKER.deployment).createTimeout).toBe('90s');
  });
});

const ARGS = {
  workloadImages: [],
  secretRotation: 1,
  natsTls: true,
  tokenSecret: tokenSecret(TOKEN_SECRET, 'hf_token'),
  vpaCertificateSecret: VPA_SECRET,
  readySeconds: 60,
};

test('two labs fit into one program, each with the provider of its cluster', async () => {
  const registrations = recordResources();
  for (const name of ['east', 'west']) {
    const provider = new kubernetes.Provider(name, { context: name });
    const lab = new AutoscalingLab(name, { ...ARGS, charts: labCharts() }, { provider });
    expect(lab.natsUrl).toBe(NATS.tlsUrl);
  }
  await pulumi.runtime.disconnect();
  const ids = registrations.map(({ type, name }) => `${type} ${name}`);
  expect(new Set(ids).size).toBe(ids.length);
  const objects = registrations.filter(({ type }) => type.startsWith('kubernetes:'));
  expect(objects.length).toBeGreaterThan(150);
  for (const { name, provider } of objects) {
    expect(provider).toContain(`::${name.split('-')[0]}::`);
  }
});

test('fails where a chart comes before one that it depends on', async () => {
  recordResources();
  const charts = [...labCharts()].reverse();
  const provider = clusterProvider('lab');
  expect(() => new AutoscalingLab('lab', { ...ARGS, charts }, { provider })).toThrow(
    /^chart "\w+" is needed before it is released/,
  );
  await pulumi.runtime.disconnect();
});

test('fails where a chart declares a Secret that the lab does not make', async () => {
  recordResources();
  const provider = clusterProvider('lab');
  const args = { ...ARGS, charts: labCharts(), vpaCertificateSecret: 'another' };
  expect(() => new AutoscalingLab('lab', args, { provider })).toThrow(
    /^chart "Vpa" declares Secret "vpa\/vpa-tls-certs-1", which the lab does not make; add it/,
  );
  await pulumi.runtime.disconnect();
});

test('fails where the authority that a webhook wants is not made', async () => {
  recordResources();
  const chart = labCharts().find(({ name }) => name === 'Vpa')!;
  const scaled = new ScalingTargets(chart.objects);
  const provider = clusterProvider('lab');
  expect(
    () => new ChartRelease('lab-Vpa', { chart, needs: [], scaled, readySeconds: 60 }, { provider }),
  ).toThrow(
    /^"Vpa\/MutatingWebhook\w+" wants the authority of the certificate in Secret "vpa-tls-certs-1", and no such/,
  );
  await pulumi.runtime.disconnect();
});
