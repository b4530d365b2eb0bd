import { ownWorkloads } from '../../../../charts/policies/guards/own-workloads';
import { type LabChart } from '../../../../charts/core/lab-chart';
import { allowedEdges } from '../../../../charts/policies/network/edges';
import { type Peer } from '../../../../charts/core/edge';
import { chartNamed, find, lab, labProps } from '../../support/lab';

const guarded = () => lab({ networkPolicies: true });

const UNPUBLISHED = { natsNodePort: undefined, prometheusNodePort: undefined } as const;

const policies = () =>
  chartNamed(guarded(), 'NetworkPolicies').objects.map(({ manifest }) => manifest);

test("everything is denied in the lab's own namespaces, and in no other", () => {
  const denied = policies()
    .filter(({ metadata }) => metadata.name === 'deny-all')
    .map(({ metadata }) => metadata.namespace);

  expect(denied.sort()).toEqual(['cache', 'meme-generator', 'messaging', 'monitoring']);
});

test('every workload of the lab has edges of its own', () => {
  const edges = allowedEdges(labProps({ tokenSecret: 'token' }));
  const ends = edges
    .flatMap(({ from, to }) => [from, to])
    .filter((end): end is Peer => end !== 'anywhere')
    .map(({ namespace, labels }) => `${namespace}/${labels['app.kubernetes.io/name']}`);

  for (const { namespace, name } of ownWorkloads(lab())) {
    expect(ends).toContain(`${namespace}/${name}`);
  }
  expect(ends).toContain('meme-generator/bootstrap');
});

test('every service of the lab that a workload is told of is one that it may connect to', () => {
  const edges = allowedEdges(labProps(UNPUBLISHED));
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
  const policy = (name: string) => policyOf(guarded(), name);
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

test("a cluster's own Prometheus is let in wherever the monitors send it", () => {
  const charts = lab({ networkPolicies: true, monitoring: 'operator' });
  const scraped = ownWorkloads(charts).filter(({ containers }) =>
    (containers as readonly { ports?: { name: string }[] }[]).some(({ ports = [] }) =>
      ports.some(({ name }) => name === 'metrics'),
    ),
  );
  const from = [
    {
      namespaceSelector: {},
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } },
    },
  ];

  expect(scraped.map(({ name }) => name).sort()).toEqual([
    'auth-callout',
    'bootstrap',
    'load',
    'observer',
    'worker',
  ]);
  for (const { name } of scraped) {
    expect(policyOf(charts, name).ingress).toContainEqual({
      from,
      ports: [{ port: 9090, protocol: 'TCP' }],
    });
  }
  expect(JSON.stringify(policies())).not.toContain('"namespaceSelector":{}');
});

test.each([
  ['http://collector.observability.svc:4318', namespaceOf('observability'), 4318],
  ['http://collector.observability.svc.cluster.local/otlp', namespaceOf('observability'), 80],
  ['http://pod-0.collector.observability.svc:4318', namespaceOf('observability'), 4318],
  ['http://collector:4318', namespaceOf('meme-generator'), 4318],
  ['https://otlp.example.com', undefined, 443],
  ['http://10.1.2.3:4318', undefined, 4318],
])('the worker may export its traces to %s', (otlpEndpoint, to, port) => {
  const charts = lab({ networkPolicies: true, otlpEndpoint });
  const rule = { ...(to && { to: [to] }), ports: [{ port, protocol: 'TCP' }] };

  expect(policyOf(charts, 'worker').egress).toContainEqual(rule);
  expect(policyOf(lab({ networkPolicies: true }), 'worker').egress).not.toContainEqual(rule);
  expect(policyOf(charts, 'frontend').egress).not.toContainEqual(rule);
});

test('a receiver of traces in a namespace of the lab is let to receive them', () => {
  const otlpEndpoint = 'http://jaeger.monitoring.svc:4318';
  const charts = lab({ networkPolicies: true, otlpEndpoint });
  const { podSelector, ingress } = policyOf(charts, 'every-pod');

  expect(podSelector).toEqual({ matchLabels: {} });
  expect(ingress).toEqual([
    {
      from: [
        {
          ...namespaceOf('meme-generator'),
          podSelector: { matchLabels: { 'app.kubernetes.io/name': 'worker' } },
        },
      ],
      ports: [{ port: 4318, protocol: 'TCP' }],
    },
  ]);
});

test.each(['observer', 'prometheus', 'kube-state-metrics'])(
  'the %s reaches the API server of managed clusters, of kubeadm and of minikube',
  (name) => {
    expect(policyOf(guarded(), name).egress).toContainEqual({
      ports: [443, 6443, 8443].map((port) => ({ port, protocol: 'TCP' })),
    });
  },
);

test('the internet is for workers that ask a model there', () => {
  const toInternet = (model: boolean) =>
    allowedEdges(labProps({ ...UNPUBLISHED, tokenSecret: model ? 'token' : undefined })).filter(
      ({ from, to }) =>
        to === 'anywhere' &&
        from !== 'anywhere' &&
        from.labels['app.kubernetes.io/name'] === 'worker',
    );

  expect(toInternet(true)).toHaveLength(1);
  expect(toInternet(false)).toEqual([]);
});

interface PolicySpec {
  readonly podSelector: object;
  readonly ingress: readonly object[];
  readonly egress: readonly object[];
}

function policyOf(charts: readonly LabChart[], name: string): PolicySpec {
  return find(charts, 'NetworkPolicy', name).spec as PolicySpec;
}

function namespaceOf(name: string): object {
  return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } };
}

function nameOf({ namespace, labels }: Peer): string {
  return `${namespace}/${labels['app.kubernetes.io/name']}`;
}
