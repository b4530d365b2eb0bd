import { X509Certificate } from 'node:crypto';
import { GRAFANA, NATS, VPA, WORKER } from '../../../workloads/protocol/names';
import { labCharts, TOKEN_SECRET, VPA_SECRET } from '../support/lab';
import { GENERATED, type Registration } from '../support/recorded-resources';
import { ReleasedLab } from '../support/released-lab';

jest.setTimeout(240_000);

// one secret value in a Secret makes all of them one
const plain = ({ inputs }: Registration): Record<string, string> =>
  (inputs.stringData as { readonly value: Record<string, string> }).value;

let lab: ReleasedLab;

beforeAll(async () => {
  lab = await ReleasedLab.of(labCharts());
});

test('the certificate is made once, is a secret, and its authority is in the webhook', () => {
  const secret = lab.find('Secret', VPA_SECRET);
  expect(secret.secretInputs).toBe(true);
  expect(secret.ignoreChanges).toEqual(['data']);
  expect(lab.before(secret)).toContain(lab.find('Namespace', VPA.namespace).name);
  expect(lab.before(lab.find('Deployment', 'vpa-admission-controller'))).toContain(secret.name);
  const webhook = lab.find('MutatingWebhookConfiguration', 'vpa-webhook-config');
  expect(webhook.ignoreChanges).toEqual([]);
  const [{ clientConfig }] = webhook.inputs.webhooks as [{ clientConfig: { caBundle: string } }];
  const authority = new X509Certificate(Buffer.from(clientConfig.caBundle, 'base64'));
  expect(authority.ca).toBe(true);
});

test('the token is a secret in one Secret, and the worker waits for it', () => {
  const secret = lab.find('Secret', TOKEN_SECRET);
  expect(secret.secretInputs).toBe(true);
  expect(lab.before(secret)).toContain(lab.find('Namespace', WORKER.namespace).name);
  expect(lab.find('Deployment', WORKER.deployment).dependencies).toContain(secret.name);
  const others = lab.registrations.filter((registration) => registration !== secret);
  expect(JSON.stringify(others)).not.toContain('hf_token');
});

test('the administrator of Grafana is a Secret of its own, which Grafana waits for', () => {
  const secret = lab.find('Secret', GRAFANA.adminSecret);
  expect(secret.secretInputs).toBe(true);
  expect(lab.find('Deployment', GRAFANA.deployment).dependencies).toContain(secret.name);
  expect(lab.find('Deployment', 'prometheus').dependencies).not.toContain(secret.name);
});

test('each program waits for the Secret with its credentials, and for no other', () => {
  const users: [string, string, string][] = [
    ['nats-worker', 'Deployment', WORKER.deployment],
    ['nats-auth-callout', 'Deployment', 'auth-callout'],
    ['nats-load', 'Deployment', 'load'],
    ['nats-server-auth', 'StatefulSet', NATS.statefulSet],
  ];
  for (const [name, kind, user] of users) {
    const secret = lab.find('Secret', name);
    expect(secret.secretInputs).toBe(true);
    expect(lab.find(kind, user).dependencies).toContain(secret.name);
  }
  expect(lab.find('Deployment', WORKER.deployment).dependencies).not.toContain(
    lab.find('Secret', 'nats-operator').name,
  );
  expect(lab.find('Secret', 'nats-operator').inputs.metadata).toMatchObject({
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
    const secret = lab.registrations.find(({ inputs }) => {
      const { name, namespace: place } = (inputs.metadata ?? {}) as Record<string, unknown>;
      return inputs.kind === 'Secret' && name === 'redis-auth' && place === namespace;
    });
    expect(secret).toBeDefined();
    expect(secret?.secretInputs).toBe(true);
    expect(lab.find(kind, user).dependencies).toContain(secret?.name);
  }
});

test('NATS has its certificate in a Secret of its own, and each client the authority of that', () => {
  const tls = lab.find('Secret', 'nats-tls');
  expect(tls.secretInputs).toBe(true);
  expect(lab.find('StatefulSet', NATS.statefulSet).dependencies).toContain(tls.name);
  const data = plain(tls);
  expect(Object.keys(data).sort()).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
  const certificate = new X509Certificate(data['tls.crt']);
  expect(certificate.checkIssued(new X509Certificate(data['ca.crt']))).toBe(true);
  for (const host of [NATS.host, `nats-2.${NATS.headlessHost}`, 'localhost']) {
    expect(certificate.checkHost(host)).toBeDefined();
  }
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');

  for (const user of ['worker', 'bootstrap', 'load', 'observer', 'auth-callout', 'operator']) {
    expect(plain(lab.find('Secret', `nats-${user}`)).NATS_CA).toBe(data['ca.crt']);
  }
});

test('generated values are in Secrets alone', () => {
  const secrets = lab.registrations.filter(({ inputs }) => inputs.kind === 'Secret');
  const others = lab.registrations.filter(({ inputs }) => inputs.kind !== 'Secret');
  expect(JSON.stringify(secrets)).toContain(GENERATED);
  expect(JSON.stringify(others)).not.toContain(GENERATED);
  const keeper = lab.registrations.filter(({ name }) => name === 'lab-secrets');
  const outside = others.filter((registration) => !keeper.includes(registration));
  expect(keeper[0].secretInputs).toBe(true);
  expect(JSON.stringify(outside)).not.toContain('PRIVATE KEY');
});

test('a Secret that no chart declares is not made', async () => {
  const { registrations } = await ReleasedLab.of(labCharts().filter(({ name }) => name !== 'Load'));
  const made = registrations
    .filter(({ inputs }) => inputs.kind === 'Secret')
    .map(({ inputs }) => (inputs.metadata as { name: string }).name);

  expect(made).toContain('nats-worker');
  expect(made).not.toContain('nats-load');
});
