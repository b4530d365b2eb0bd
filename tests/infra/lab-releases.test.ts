import { X509Certificate } from 'node:crypto';
import * as pulumi from '@pulumi/pulumi';
import { checkRules } from '../../charts/rules/check-rules';
import type { LabChart } from '../../charts/lab-chart';
import { clusterProvider } from '../../infra/cluster-provider';
import { releaseLab } from '../../infra/lab-releases';
import { LabSecrets } from '../../infra/lab-secrets';
import { tokenSecret } from '../../infra/token-secret';
import { FRONTEND, GRAFANA, NATS, VPA, WORKER } from '../../workloads/protocol/names';
import { labCharts, VPA_SECRET } from './support/lab';
import { GENERATED, type Registration, recordResources } from './support/recorded-resources';

jest.setTimeout(240_000);

let registrations: Registration[];

// awaits every child: a component's own URN says nothing about its children
async function release(charts: readonly LabChart[]): Promise<void> {
  registrations = recordResources();
  const releases = releaseLab({
    charts,
    provider: clusterProvider('lab'),
    workloadImages: [],
    secrets: [
      ...new LabSecrets({ rotation: 1, natsTls: true }).all,
      tokenSecret(pulumi.secret('hf_token')),
    ],
    vpaCertificateSecret: VPA_SECRET,
    readySeconds: 90,
  });
  for (const { resources } of releases.values()) {
    for (const resource of resources.values()) {
      await new Promise((resolve) => resource.urn.apply(resolve));
    }
  }
}

const find = (kind: string, name: string): Registration => {
  const found = registrations.filter(
    ({ inputs }) =>
      inputs.kind === kind && (inputs.metadata as { name?: string } | undefined)?.name === name,
  );
  expect(found).toHaveLength(1);
  return found[0];
};

// one secret value in a Secret makes all of them one
const plain = ({ inputs }: Registration): Record<string, string> =>
  (inputs.stringData as { readonly value: Record<string, string> }).value;

const annotations = ({ inputs }: Registration) =>
  (inputs.metadata as { annotations?: Record<string, string> }).annotations ?? {};

// everything that an object waits for, directly or through others
function before(registration: Registration): Set<string> {
  const seen = new Set<string>();
  const visit = ({ dependencies }: Registration): void => {
    for (const name of dependencies) {
      if (seen.has(name)) continue;
      seen.add(name);
      const next = registrations.find((candidate) => candidate.name === name);
      if (next) visit(next);
    }
  };
  visit(registration);
  return seen;
}

describe('the lab', () => {
  beforeAll(async () => {
    const charts = labCharts();
    checkRules(charts);
    await release(charts);
  });

  test('each chart is a component with one child for each of its objects', () => {
    const charts = labCharts();
    const components = registrations.filter(
      ({ type }) => type === 'autoscaling-lab:infra:ChartRelease',
    );
    expect(components.map(({ name }) => name).sort()).toEqual(
      charts.map(({ name }) => name).sort(),
    );
    for (const { name, objects } of charts) {
      const children = registrations.filter(({ parent }) => parent === name);
      expect(children.map((child) => child.name).sort()).toEqual(
        objects.map(({ path }) => path.replaceAll('/', '-')).sort(),
      );
    }
  });

  test('objects have the class of their kind, and custom resources their own type', () => {
    expect(find('Deployment', WORKER.deployment).type).toBe('kubernetes:apps/v1:Deployment');
    expect(find('StatefulSet', NATS.statefulSet).type).toBe('kubernetes:apps/v1:StatefulSet');
    expect(find('Service', NATS.service).type).toBe('kubernetes:core/v1:Service');
    expect(find('APIService', 'v1beta1.external.metrics.k8s.io').type).toBe(
      'kubernetes:apiregistration.k8s.io/v1:APIService',
    );
    expect(find('ScaledObject', WORKER.scaledObject).type).toBe(
      'kubernetes:keda.sh/v1alpha1:ScaledObject',
    );
  });

  test('every object goes to the provider of the named context', () => {
    const objects = registrations.filter(({ type }) => type.startsWith('kubernetes:'));
    expect(objects.length).toBeGreaterThan(20);
    for (const { provider } of objects) expect(provider).toContain('::cluster::');
    expect(registrations.find(({ name }) => name === 'cluster')?.inputs).toMatchObject({
      context: 'lab',
    });
  });

  test('an autoscaled Deployment has no replicas, and ignores what the autoscaler sets', () => {
    const worker = find('Deployment', WORKER.deployment);
    expect(worker.inputs.spec).not.toHaveProperty('replicas');
    expect(worker.ignoreChanges).toEqual(['spec.replicas']);
    expect(find('StatefulSet', NATS.statefulSet).ignoreChanges).toEqual([]);
  });

  test('the ScaledObject comes after KEDA, its webhooks and the consumer, and is replaced in place', () => {
    const scaler = find('ScaledObject', WORKER.scaledObject);
    const names = before(scaler);
    for (const first of [
      find('CustomResourceDefinition', 'scaledobjects.keda.sh'),
      find('Deployment', 'keda-operator'),
      find('Deployment', 'keda-admission'),
      find('ValidatingWebhookConfiguration', 'keda-admission'),
      find('Namespace', WORKER.namespace),
    ]) {
      expect(names).toContain(first.name);
    }
    expect([...names]).toContainEqual(expect.stringMatching(/^NatsBootstrap-/));
    expect(scaler.deleteBeforeReplace).toBe(true);
  });

  test('every custom resource comes after its definition, so that it goes before it', () => {
    const definitions = registrations.filter(
      ({ inputs }) => inputs.kind === 'CustomResourceDefinition',
    );
    const pairs = definitions.flatMap((definition) => {
      const { group, names } = definition.inputs.spec as { group: string; names: { kind: string } };
      return registrations
        .filter(({ inputs: { apiVersion, kind } }) => {
          return String(apiVersion).startsWith(`${group}/`) && kind === names.kind;
        })
        .map((resource) => [resource, definition] as const);
    });
    expect(pairs.map(([{ inputs }]) => inputs.kind)).toEqual(
      expect.arrayContaining(['ScaledObject', 'VerticalPodAutoscaler']),
    );
    for (const [resource, definition] of pairs) {
      expect(before(resource)).toContain(definition.name);
    }
  });

  test('everything in a namespace comes after it, so that the namespace is the last to go', () => {
    const own = ['messaging', 'cache', 'meme-generator', 'keda', 'vpa'];
    const namespaced = registrations.filter(({ inputs }) =>
      own.includes((inputs.metadata as { namespace?: string } | undefined)?.namespace ?? ''),
    );
    expect(namespaced.length).toBeGreaterThan(10);
    for (const registration of namespaced) {
      const { namespace } = registration.inputs.metadata as { namespace: string };
      expect(before(registration)).toContain(find('Namespace', namespace).name);
    }
  });

  test('the CA that KEDA writes is no drift', () => {
    expect(find('APIService', 'v1beta1.external.metrics.k8s.io').ignoreChanges).toContain(
      'spec.caBundle',
    );
    expect(find('ValidatingWebhookConfiguration', 'keda-admission').ignoreChanges).toEqual([
      'webhooks[*].clientConfig.caBundle',
    ]);
  });

  test('the certificate is made once, is a secret, and its authority is in the webhook', () => {
    const secret = find('Secret', VPA_SECRET);
    expect(secret.secretInputs).toBe(true);
    expect(secret.ignoreChanges).toEqual(['data']);
    expect(before(secret)).toContain(find('Namespace', VPA.namespace).name);
    expect(before(find('Deployment', 'vpa-admission-controller'))).toContain(secret.name);
    const webhook = find('MutatingWebhookConfiguration', 'vpa-webhook-config');
    expect(webhook.ignoreChanges).toEqual([]);
    const [{ clientConfig }] = webhook.inputs.webhooks as [{ clientConfig: { caBundle: string } }];
    const authority = new X509Certificate(Buffer.from(clientConfig.caBundle, 'base64'));
    expect(authority.ca).toBe(true);
  });

  test('a Service is not waited for where its pods come later or are at zero, and only there', () => {
    const skipped = registrations
      .filter((registration) => registration.inputs.kind === 'Service')
      .filter((registration) => annotations(registration)['pulumi.com/skipAwait'] === 'true')
      .map(({ inputs }) => (inputs.metadata as { name: string }).name);
    expect(skipped.sort()).toEqual([FRONTEND.service, NATS.headlessService, WORKER.service].sort());
  });

  test('nothing is forced', () => {
    expect(JSON.stringify(registrations.map(({ inputs }) => inputs))).not.toContain('patchForce');
  });

  test('the status of a release manifest is not deployed', () => {
    expect(find('CustomResourceDefinition', 'scaledobjects.keda.sh').inputs).not.toHaveProperty(
      'status',
    );
  });

  test('the time an object may take is the configured one', () => {
    expect(find('Deployment', WORKER.deployment).createTimeout).toBe('90s');
  });

  test('the token is a secret in one Secret, and the worker waits for it', () => {
    const secret = find('Secret', WORKER.secret);
    expect(secret.secretInputs).toBe(true);
    expect(before(secret)).toContain(find('Namespace', WORKER.namespace).name);
    expect(find('Deployment', WORKER.deployment).dependencies).toContain(secret.name);
    const others = registrations.filter((registration) => registration !== secret);
    expect(JSON.stringify(others)).not.toContain('hf_token');
  });

  test('the administrator of Grafana is a Secret of its own, which Grafana waits for', () => {
    const secret = find('Secret', GRAFANA.adminSecret);
    expect(secret.secretInputs).toBe(true);
    expect(find('Deployment', GRAFANA.deployment).dependencies).toContain(secret.name);
    expect(find('Deployment', 'prometheus').dependencies).not.toContain(secret.name);
  });

  test('each program waits for the Secret with its credentials, and for no other', () => {
    const users: [string, string, string][] = [
      ['nats-worker', 'Deployment', WORKER.deployment],
      ['nats-auth-callout', 'Deployment', 'auth-callout'],
      ['nats-load', 'Deployment', 'load'],
      ['nats-server-auth', 'StatefulSet', NATS.statefulSet],
    ];
    for (const [name, kind, user] of users) {
      const secret = find('Secret', name);
      expect(secret.secretInputs).toBe(true);
      expect(find(kind, user).dependencies).toContain(secret.name);
    }
    expect(find('Deployment', WORKER.deployment).dependencies).not.toContain(
      'Secret-nats-operator',
    );
    expect(find('Secret', 'nats-operator').inputs.metadata).toMatchObject({
      namespace: NATS.namespace,
    });
  });

  test("Redis and its clients wait for the password in their own namespace's Secret", () => {
    const users: [string, string, string][] = [
      ['cache', 'StatefulSet', 'redis'],
      ['meme-generator', 'Deployment', WORKER.deployment],
      ['monitoring', 'Deployment', 'observer'],
    ];
    for (const [namespace, kind, user] of users) {
      const secret = registrations.find(({ name }) => name === `Secret-redis-auth-${namespace}`);
      expect(secret?.inputs.metadata).toMatchObject({ name: 'redis-auth', namespace });
      expect(secret?.secretInputs).toBe(true);
      expect(find(kind, user).dependencies).toContain(secret?.name);
    }
  });

  test('NATS has its certificate in a Secret of its own, and each client the authority of that', () => {
    const tls = find('Secret', 'nats-tls');
    expect(tls.secretInputs).toBe(true);
    expect(find('StatefulSet', NATS.statefulSet).dependencies).toContain(tls.name);
    const data = plain(tls);
    expect(Object.keys(data).sort()).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
    const certificate = new X509Certificate(data['tls.crt']);
    expect(certificate.checkIssued(new X509Certificate(data['ca.crt']))).toBe(true);
    for (const host of [NATS.host, `nats-2.${NATS.headlessHost}`, 'localhost']) {
      expect(certificate.checkHost(host)).toBeDefined();
    }
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');

    for (const user of ['worker', 'bootstrap', 'load', 'observer', 'auth-callout', 'operator']) {
      expect(plain(find('Secret', `nats-${user}`)).NATS_CA).toBe(data['ca.crt']);
    }
  });

  test('generated values are in Secrets alone', () => {
    const secrets = registrations.filter(({ inputs }) => inputs.kind === 'Secret');
    const others = registrations.filter(({ inputs }) => inputs.kind !== 'Secret');
    expect(JSON.stringify(secrets)).toContain(GENERATED);
    expect(JSON.stringify(others)).not.toContain(GENERATED);
    const keeper = registrations.filter(({ name }) => name === 'secrets');
    const outside = others.filter((registration) => !keeper.includes(registration));
    expect(keeper[0].secretInputs).toBe(true);
    expect(JSON.stringify(outside)).not.toContain('PRIVATE KEY');
  });
});

test('a Secret that nobody names is not made', async () => {
  await release(labCharts().filter(({ name }) => name !== 'Load'));
  const made = registrations.filter(({ inputs }) => inputs.kind === 'Secret');

  expect(made.map(({ name }) => name)).toContain('Secret-nats-worker');
  expect(made.map(({ name }) => name)).not.toContain('Secret-nats-load');
});

test('fails where a chart comes before one that it depends on', () => {
  recordResources();
  const charts = [...labCharts()].reverse();
  const provider = clusterProvider('lab');
  expect(() =>
    releaseLab({
      charts,
      provider,
      workloadImages: [],
      secrets: [],
      vpaCertificateSecret: VPA_SECRET,
      readySeconds: 60,
    }),
  ).toThrow(/^chart "\w+" is needed before it is released/);
});

test('fails where the authority that a webhook wants is not made', () => {
  recordResources();
  const releaseWithout = () =>
    releaseLab({
      charts: labCharts(),
      provider: clusterProvider('lab'),
      workloadImages: [],
      secrets: [],
      vpaCertificateSecret: 'another',
      readySeconds: 60,
    });
  expect(releaseWithout).toThrow(
    /^"Vpa\/MutatingWebhook\w+" wants the authority of the certificate in Secret "vpa-tls-certs-1", and no such/,
  );
});
