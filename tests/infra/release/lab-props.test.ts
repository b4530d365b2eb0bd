import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse, stringify } from 'yaml';
import { buildCharts } from '../../../charts/index';
import { checkRules } from '../../../charts/policies/rules/check-rules';
import type { Cluster } from '../../../infra/cluster/cluster';
import { type ImageLoaderName } from '../../../infra/config/deployment-settings';
import { parseStackConfig } from '../../../infra/config/parse-stack-config';
import { releasedImages } from '../../../infra/images/images';
import { labOutputs } from '../../../infra/release/lab-outputs';
import { labProps } from '../../../infra/release/lab-props';
import { tokenSecretName } from '../../../infra/secrets/token-secret';
import { WORKER } from '../../../workloads/protocol/names';
import { WORKLOAD_IMAGES, kedaManifest, vpaManifest } from '../support/lab';
import { temporaryDirectory, writeFile } from '../support/temporary-directory';

const directory = temporaryDirectory();

const { config: declared } = parse(
  fs.readFileSync(path.join(__dirname, '../../../Pulumi.yaml'), 'utf8'),
) as { readonly config: Record<string, { readonly default: unknown }> };

const CLUSTER: Cluster = {
  context: 'lab',
  server: 'https://127.0.0.1:6443',
  version: 'v1.35.4',
  platform: 'linux/amd64',
  hasOwnMetricsServer: true,
  hasPrometheusOperator: false,
};

const propsFor = (
  loader: ImageLoaderName,
  set: Record<string, string> = {},
  cluster: Cluster = CLUSTER,
) => {
  const defaults = Object.entries(declared).map(([key, { default: value }]) => [
    key,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]);
  const raw = { ...Object.fromEntries(defaults), manifestMirror: directory.path, ...set };
  const settings = parseStackConfig(raw, ['hfApiToken']);
  const images = releasedImages(loader, settings.images);
  return labProps({ settings, cluster, loader, images, workloads: WORKLOAD_IMAGES });
};

beforeEach(() => {
  const documents = kedaManifest().map((object) => stringify(object));
  writeFile(directory.path, 'keda-2.20.2.yaml', documents.join('---\n'));
  const vpa = vpaManifest().map((object) => stringify(object));
  writeFile(directory.path, 'vpa-1.7.0.yaml', vpa.join('---\n'));
});

test('the defaults of Pulumi.yaml are properties that the charts take', async () => {
  const props = await propsFor('kind');
  expect(buildCharts(props).map(({ name }) => name)).not.toContain('MetricsServer');
  expect(props).toMatchObject({ kubeletInsecureTls: true, maxReplicas: 10, lagThreshold: 5 });
  expect(props).not.toHaveProperty('natsNodePort');
  expect(props).not.toHaveProperty('tokenSecret');
});

test('the settings of Pulumi.prod.yaml give a lab that keeps the rules, and stands the loss of a node', async () => {
  const file = fs.readFileSync(path.join(__dirname, '../../../Pulumi.prod.yaml'), 'utf8');
  const { config } = parse(file) as { readonly config: Record<string, string> };
  const set = Object.entries(config).map(([key, value]) => [key.split(':')[1], value]);
  const charts = buildCharts(await propsFor('push', Object.fromEntries(set)));
  checkRules(charts);

  const objects = charts.flatMap((chart) => chart.objects.map(({ manifest }) => manifest));
  const find = (kind: string, name: string) =>
    objects.find(({ kind: other, metadata }) => other === kind && metadata.name === name);
  expect(find('StatefulSet', 'nats')?.spec).toMatchObject({ replicas: 3 });
  expect(find('PodDisruptionBudget', 'nats')).toBeDefined();
  expect(find('ResourceQuota', 'lab')).toBeDefined();
  expect(find('NetworkPolicy', 'deny-all')).toBeDefined();
  expect(find('StatefulSet', 'redis')).toHaveProperty('spec.volumeClaimTemplates');
  expect(find('Ingress', 'frontend')).toMatchObject({
    metadata: { annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt' } },
    spec: { tls: [{ hosts: ['memes.example.com'], secretName: 'frontend-tls' }] },
  });
});

test('NATS is published on the local cluster, elsewhere only where it is asked for', async () => {
  expect((await propsFor('local')).natsNodePort).toBe(30422);
  expect((await propsFor('push', { imageRegistry: 'r.example.com' })).natsNodePort).toBeUndefined();
  expect((await propsFor('kind', { natsNodePort: '31000' })).natsNodePort).toBe(31000);
});

test('a token reaches the charts as the name of a Secret', async () => {
  const props = await propsFor('kind', { hfApiToken: 'hf_abc' });
  expect(props.tokenSecret).toBe(tokenSecretName('hf_abc'));
  expect(JSON.stringify(props)).not.toContain('hf_abc');
});

test('another token starts new workers, the same one does not', async () => {
  const podsWith = async (hfApiToken: string) => {
    const charts = buildCharts(await propsFor('kind', { hfApiToken }));
    const worker = charts
      .flatMap(({ objects }) => objects.map(({ manifest }) => manifest))
      .find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === WORKER.deployment);
    return JSON.stringify((worker?.spec as { readonly template: object }).template);
  };
  expect(await podsWith('hf_new')).not.toBe(await podsWith('hf_old'));
  expect(await podsWith('hf_new')).toBe(await podsWith('hf_new'));
});

test('what the worker may take and refuse reaches the charts', async () => {
  const props = await propsFor('kind', {
    coreNats: 'true',
    rateLimitPerMinute: '30',
    promptDenyList: 'gore, school shooting',
    otlpEndpoint: 'http://collector:4318',
  });
  expect(props).toMatchObject({
    coreNats: true,
    rateLimitPerMinute: 30,
    promptDenyList: 'gore, school shooting',
    otlpEndpoint: 'http://collector:4318',
  });
  expect(await propsFor('kind')).not.toHaveProperty('promptDenyList');
  expect(await propsFor('kind')).not.toHaveProperty('otlpEndpoint');
});

test('the commands to try start with a port-forward where NATS is not published here', async () => {
  const local = labOutputs(CLUSTER, await propsFor('local'), true);
  const remote = labOutputs(CLUSTER, await propsFor('kind'), false);
  expect(local.tryNext).not.toContainEqual(expect.stringContaining('port-forward'));
  expect(remote.tryNext[0]).toBe(
    'kubectl --context lab --namespace messaging port-forward service/nats 4222',
  );
  expect(local.scaling).toEqual({
    scalingMode: 'queue',
    minReplicas: 0,
    maxReplicas: 10,
    lagThreshold: 5,
    activationLagThreshold: 0,
    pollingInterval: 1,
    cooldownPeriod: 30,
    drainTarget: 30,
    workerConcurrency: 2,
    workerSecondsPerMeme: 2,
  });
  expect(remote.versions.metricsServer).toBe("the cluster's own");
});

test('Prometheus is published on the local cluster alone, elsewhere a command leads to it', async () => {
  const local = labOutputs(CLUSTER, await propsFor('local'), true);
  expect(local.prometheusUrl).toBe('http://127.0.0.1:9091/');
  const remote = labOutputs(CLUSTER, await propsFor('kind'), false);
  expect(remote.prometheusUrl).toBe('http://127.0.0.1:9090/');
  expect(remote.tryNext).toContain(
    'kubectl --context lab --namespace monitoring port-forward service/prometheus 9090',
  );
  const without = labOutputs(CLUSTER, await propsFor('kind', { monitoring: 'none' }), false);
  expect(without).not.toHaveProperty('prometheusUrl');
  expect(without.tryNext.join('\n')).not.toContain('monitoring');
});

test('where Grafana is, or why it is not there, is said', async () => {
  const outputs = async (loader: ImageLoaderName, set: Record<string, string> = {}) =>
    labOutputs(CLUSTER, await propsFor(loader, set), loader === 'local');
  expect((await outputs('local')).grafana).toBe(
    "left out: this cluster cannot have its image; the page's own charts show the lab",
  );
  const image = JSON.stringify({ grafana: 'localhost/grafana:12.2.1' });
  expect((await outputs('local', { images: image })).grafana).toBe('http://127.0.0.1:3000/');
  const forward = 'kubectl --context lab --namespace monitoring port-forward service/grafana 3000';
  const anonymous = await outputs('kind');
  expect(anonymous.grafana).toBe('http://127.0.0.1:3000/');
  expect(anonymous.tryNext).toContain(forward);
  expect(anonymous.tryNext.join('\n')).not.toContain('grafana-admin');
  expect((await outputs('kind', { grafana: 'login' })).tryNext).toEqual(
    expect.arrayContaining([
      forward,
      "kubectl --context lab --namespace monitoring get secret grafana-admin --output 'jsonpath={.data.password}' | base64 --decode",
    ]),
  );
  for (const key of ['grafana', 'monitoring']) {
    const without = await outputs('kind', { [key]: 'none' });
    expect(without.grafana).toBe('left out by the settings');
    expect(without.tryNext.join('\n')).not.toContain('grafana');
  }
});

test("the cluster's own Prometheus is told what to scrape only where it has one", async () => {
  await expect(propsFor('kind', { monitoring: 'operator' })).rejects.toThrow(
    '"monitoring": got "operator", but the cluster of context "lab" does not know PodMonitor of ' +
      '"monitoring.coreos.com"; install kube-prometheus-stack, or set it to lab or none',
  );
  const props = await propsFor(
    'kind',
    { monitoring: 'operator', prometheusRelease: 'stack' },
    { ...CLUSTER, hasPrometheusOperator: true },
  );
  expect(props).toMatchObject({ monitoring: 'operator', prometheusRelease: 'stack' });
  expect(labOutputs(CLUSTER, props, false).grafana).toBe(
    "the cluster's own, with the lab's dashboards",
  );
});

test('the page is published on the local cluster, elsewhere only where it is asked for', async () => {
  expect((await propsFor('local')).pageNodePort).toBe(30080);
  expect((await propsFor('kind')).pageNodePort).toBeUndefined();
  expect((await propsFor('kind', { pageNodePort: '31080' })).pageNodePort).toBe(31080);
  const named = await propsFor('kind', { ingressHost: 'memes.example.com' });
  expect(named.ingressHost).toBe('memes.example.com');
  expect(labOutputs(CLUSTER, named, false).pageUrl).toBe('https://memes.example.com/');
  const { pageUrl, tryNext } = labOutputs(CLUSTER, await propsFor('kind'), false);
  expect(pageUrl).toBe('http://127.0.0.1:8080/');
  expect(tryNext).toContain(
    'kubectl --context lab --namespace meme-generator port-forward service/frontend 8080',
  );
});
