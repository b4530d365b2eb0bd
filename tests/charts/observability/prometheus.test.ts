import { parse } from 'yaml';
import { type ScrapeConfig } from '../../../charts/observability/scrape-config';
import { promtool } from '../../support/promtool';
import { find, findObject, lab } from '../support/lab';

interface PrometheusConfig {
  readonly scrape_configs: readonly ScrapeConfig[];
}

function configFiles(changes = {}): Record<string, string> {
  return find(lab(changes), 'ConfigMap', /^prometheus-config-/).data as Record<string, string>;
}

function jobs(changes = {}): Map<string, ScrapeConfig> {
  const { scrape_configs } = parse(configFiles(changes)['prometheus.yml']) as PrometheusConfig;
  return new Map(scrape_configs.map((job) => [job.job_name, job]));
}

test('a real promtool takes the configuration', async () => {
  const { code, stdout, stderr } = await promtool(
    ['check', 'config', '--lint=all', '--syntax-only', 'prometheus.yml'],
    configFiles(),
  );
  expect(`${stdout}${stderr}`).toContain('SUCCESS: prometheus.yml is valid');
  expect(code).toBe(0);
});

test('everything that the lab runs is a target, and the kubelets are asked as their certificates allow', () => {
  expect([...jobs().keys()]).toEqual([
    'prometheus',
    'lab',
    'kube-state-metrics',
    'keda',
    'kubelet',
    'cadvisor',
  ]);
  const trusts = (kubeletInsecureTls: boolean) =>
    jobs({ kubeletInsecureTls }).get('cadvisor')?.tls_config?.insecure_skip_verify;
  expect(trusts(true)).toBe(true);
  expect(trusts(false)).toBe(false);
});

test('a changed configuration starts a new pod', () => {
  const nameFor = (changes = {}) =>
    find(lab(changes), 'ConfigMap', /^prometheus-config-/).metadata.name;
  expect(nameFor({ kubeletInsecureTls: false })).not.toBe(nameFor());
  expect(find(lab(), 'Deployment', 'prometheus')).toMatchObject({
    spec: { template: { spec: { volumes: [{ configMap: { name: nameFor() } }, {}] } } },
  });
});

test('its account reads and changes nothing, and its roles are of no namespace', () => {
  for (const path of ['Prometheus/Reader', 'KubeStateMetrics/Reader']) {
    const charts = lab();
    const name = `autoscaling-lab-${path.startsWith('P') ? 'prometheus' : 'kube-state-metrics'}`;
    const role = findObject(charts, 'ClusterRole', name);
    expect(role.path).toBe(`${path}/ClusterRole`);
    expect(role.manifest.metadata).not.toHaveProperty('namespace');
    for (const { verbs } of role.manifest.rules as { verbs: string[] }[])
      for (const verb of verbs) expect(['get', 'list', 'watch']).toContain(verb);
    expect(findObject(charts, 'ClusterRoleBinding', name).manifest).not.toHaveProperty(
      'metadata.namespace',
    );
  }
});

test('pods wait for their account, and Prometheus for its configuration', () => {
  const charts = lab();
  expect(findObject(charts, 'Deployment', 'prometheus').dependsOn).toEqual(
    expect.arrayContaining(['Prometheus/Config', 'Prometheus/Reader/ServiceAccount']),
  );
  expect(findObject(charts, 'Deployment', 'kube-state-metrics').dependsOn).toContain(
    'KubeStateMetrics/Reader/ClusterRoleBinding',
  );
});

test('it is published only where a node port is given, and a port out of range is named', () => {
  expect(find(lab(), 'Service', 'prometheus-external')).toMatchObject({
    spec: { type: 'NodePort', ports: [{ port: 9090, nodePort: 30991 }] },
  });
  const services = lab({ prometheusNodePort: undefined }).flatMap(({ objects }) =>
    objects.map(({ path }) => path),
  );
  expect(services).not.toContain('Prometheus/ExternalService');
  expect(() => lab({ prometheusNodePort: 9090 })).toThrow(
    '"prometheusNodePort" is 9090; it must be a whole number from 30000 to 32767: ' +
      'this is the range that Kubernetes gives to node ports',
  );
});

test('without monitoring neither of the two is there', () => {
  const names = lab({ monitoring: 'none' }).map(({ name }) => name);
  expect(names).not.toContain('Prometheus');
  expect(names).not.toContain('KubeStateMetrics');
});
