import * as http from 'node:http';
import * as net from 'node:net';
import { inspectCluster } from '../../../infra/cluster/cluster';
import { ClusterApi } from '../../../infra/cluster/cluster-api';
import { openContext } from '../../../infra/cluster/kube-context';
import { apiServers, type Answers } from '../support/api-server';
import { temporaryDirectory } from '../support/temporary-directory';

const directory = temporaryDirectory();
const { listen, environmentFor, environment } = apiServers(directory);

const METRICS = '/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io';

const node = (architecture: string) => ({
  status: { nodeInfo: { operatingSystem: 'linux', architecture } },
});

const CLUSTER: Answers = {
  '/version': { body: { gitVersion: 'v1.35.4' } },
  '/api/v1/nodes': { body: { items: [node('arm64'), node('arm64')] } },
};

test('says version and platform of the cluster, and that nobody serves metrics', async () => {
  await expect(inspectCluster('lab', await environment(CLUSTER))).resolves.toMatchObject({
    context: 'lab',
    version: 'v1.35.4',
    platform: 'linux/arm64',
    hasOwnMetricsServer: false,
  });
});

test.each([
  ['of others', {}, true],
  ['half ours', { 'app.kubernetes.io/managed-by': 'pulumi' }, true],
  [
    'ours',
    {
      'app.kubernetes.io/part-of': 'autoscaling-lab',
      'app.kubernetes.io/managed-by': 'pulumi',
    },
    false,
  ],
])('tells a metrics-server that is %s', async (_case, labels, foreign) => {
  const env = await environment({ ...CLUSTER, [METRICS]: { body: { metadata: { labels } } } });
  const cluster = await inspectCluster('lab', env);
  expect(cluster.hasOwnMetricsServer).toBe(foreign);
});

test.each([
  ['nothing', 404, [], false],
  ['other kinds', 200, [{ kind: 'AlertmanagerConfig' }], false],
  ['PodMonitors', 200, [{ kind: 'PodMonitor' }, { kind: 'PrometheusRule' }], true],
])('a cluster that knows %s of the Prometheus operator', async (_what, status, resources, has) => {
  const env = await environment({
    ...CLUSTER,
    '/apis/monitoring.coreos.com/v1': { status, body: { resources } },
  });
  expect((await inspectCluster('lab', env)).hasPrometheusOperator).toBe(has);
});

test('fails where the API server cannot say what operators there are', async () => {
  const path = '/apis/monitoring.coreos.com/v1';
  const env = await environment({ ...CLUSTER, [path]: { status: 503, body: {} } });
  await expect(inspectCluster('lab', env)).rejects.toThrow(
    /cannot say whether it has a Prometheus operator: GET .* answered 503; wait until its API server is healthy/,
  );
});

test('takes the platform of this machine where the nodes do not agree', async () => {
  const items = [node('arm64'), node('amd64')];
  const env = await environment({ ...CLUSTER, '/api/v1/nodes': { body: { items } } });
  const { platform } = await inspectCluster('lab', env);
  expect(platform).toBe(`linux/${process.arch === 'x64' ? 'amd64' : process.arch}`);
});

test('fails where nothing listens', async () => {
  const server = net.createServer();
  const address = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  await expect(inspectCluster('lab', environmentFor(address))).rejects.toThrow(
    new RegExp(
      `^the cluster of context "lab" does not answer: GET ${address}/version failed \\(ECONNREFUSED.*npm run up`,
    ),
  );
});

test('fails where the server takes the connection and says nothing', async () => {
  const env = environmentFor(await listen(http.createServer(() => undefined)));
  const api = new ClusterApi(openContext('lab', env), 'lab', 200);
  await expect(api.get('/version')).rejects.toThrow('(no answer within 0.2 s)');
});

test('fails where the API server is up and not well', async () => {
  const env = await environment({ ...CLUSTER, [METRICS]: { status: 503, body: {} } });
  await expect(inspectCluster('lab', env)).rejects.toThrow(
    /"lab" cannot say who serves its metrics: GET .* answered 503; wait until/,
  );
});

test('fails where the credentials are refused', async () => {
  const env = await environment({ '/version': { status: 403, body: {} } });
  await expect(inspectCluster('lab', env)).rejects.toThrow(
    /"lab" refuses its credentials: GET .*\/version answered 403; log in/,
  );
});

test('fails where the server is something else', async () => {
  const env = await environment({ '/version': { body: 'it works' } });
  await expect(inspectCluster('lab', env)).rejects.toThrow(
    /^"kubeContext": got "lab", but .* is no Kubernetes API server/,
  );
});
