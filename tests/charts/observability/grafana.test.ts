import { parse } from 'yaml';
import { labDashboards } from '../../../charts/observability/dashboards/dashboards';
import { DATASOURCE } from '../../../charts/observability/dashboards/panel';
import { checkRules } from '../../../charts/policies/rules/check-rules';
import { type LabProps } from '../../../charts/lab-props';
import { chartNamed, find, findObject, lab, labProps } from '../support/lab';

const IMAGE = 'docker.io/grafana/grafana:12.2.1';

const withGrafana = (changes: Partial<LabProps> = {}) =>
  lab({ images: { ...labProps().images, grafana: IMAGE }, ...changes });

interface Volume {
  readonly name: string;
  readonly configMap?: {
    readonly name: string;
    readonly items?: readonly { readonly key: string; readonly path: string }[];
  };
}

interface Pod {
  readonly volumes: readonly Volume[];
  readonly containers: readonly {
    readonly env: readonly {
      readonly name: string;
      readonly value?: string;
      readonly valueFrom?: object;
    }[];
    readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  }[];
}

function podOf(changes: Partial<LabProps> = {}): Pod {
  const { spec } = find(withGrafana(changes), 'Deployment', 'grafana') as unknown as {
    spec: { template: { spec: Pod } };
  };
  return spec.template.spec;
}

/** Every file that the pod finds, by its full path, as the ConfigMaps and mounts make them. */
function mountedFiles(): Map<string, string> {
  const charts = withGrafana();
  const { volumes, containers } = podOf();
  return new Map(
    volumes.flatMap(({ name, configMap }) => {
      if (!configMap) return [];
      const data = find(charts, 'ConfigMap', configMap.name).data as Record<string, string>;
      const items = configMap.items ?? Object.keys(data).map((key) => ({ key, path: key }));
      const folder = containers[0].volumeMounts.find((mount) => mount.name === name)?.mountPath;
      return items.map(({ key, path }) => [`${folder}/${path}`, data[key]] as const);
    }),
  );
}

const variable = (name: string, changes: Partial<LabProps> = {}) =>
  podOf(changes).containers[0].env.find((each) => each.name === name);

test('the rules of the lab hold with it', () => {
  expect(() => checkRules(withGrafana())).not.toThrow();
});

test("its data source is the lab's Prometheus, under the identity that the panels name", () => {
  const file = mountedFiles().get('/etc/grafana/provisioning/datasources/lab.yaml');
  const { datasources } = parse(file ?? '') as { datasources: object[] };
  expect(datasources).toMatchObject([
    {
      type: 'prometheus',
      uid: DATASOURCE.uid,
      url: 'http://prometheus.monitoring.svc.cluster.local:9090',
      isDefault: true,
    },
  ]);
  const prometheus = find(withGrafana(), 'Service', 'prometheus');
  expect(prometheus).toMatchObject({
    metadata: { namespace: 'monitoring' },
    spec: { ports: [{ port: 9090 }] },
  });
});

test('its provider reads the folder in which the dashboards are, and the first one is its home', () => {
  const files = mountedFiles();
  const provisioning = files.get('/etc/grafana/provisioning/dashboards/lab.yaml') ?? '';
  const { providers } = parse(provisioning) as {
    providers: { type: string; options: { path: string } }[];
  };
  expect(providers.map(({ type }) => type)).toEqual(['file']);
  for (const { uid, title } of labDashboards()) {
    const file = files.get(`${providers[0].options.path}/${uid}.json`);
    expect(JSON.parse(file ?? '')).toMatchObject({ uid, title });
  }
  const home = variable('GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH')?.value ?? '';
  expect(JSON.parse(files.get(home) ?? '')).toMatchObject({ uid: 'lab-demo' });
  expect(variable('GF_PATHS_PROVISIONING')?.value).toBe('/etc/grafana/provisioning');
});

test('who is not logged in may look where the setting says so, and never more than look', () => {
  const anonymous = (grafana: LabProps['grafana']) =>
    variable('GF_AUTH_ANONYMOUS_ENABLED', { grafana })?.value;
  expect(anonymous('anonymous')).toBe('true');
  expect(anonymous('login')).toBe('false');
  expect(variable('GF_AUTH_ANONYMOUS_ORG_ROLE')?.value).toBe('Viewer');
});

test('the administrator is in a Secret, and another rotation starts a new pod', () => {
  expect(variable('GF_SECURITY_ADMIN_PASSWORD')).toEqual({
    name: 'GF_SECURITY_ADMIN_PASSWORD',
    valueFrom: { secretKeyRef: { name: 'grafana-admin', key: 'password' } },
  });
  const template = (secretRotation: number) =>
    JSON.stringify(find(withGrafana({ secretRotation }), 'Deployment', 'grafana').spec);
  expect(template(1)).not.toBe(template(2));
});

test('it waits for its files, and is after the namespace', () => {
  const charts = withGrafana();
  expect(findObject(charts, 'Deployment', 'grafana').dependsOn).toEqual(
    expect.arrayContaining(['Grafana/Provisioning', 'Grafana/Dashboards']),
  );
  expect(chartNamed(charts, 'Grafana').dependsOn).toContain('Namespaces');
});

test('it is left out without an image, by its setting, and where the monitoring is not the lab’s', () => {
  const names = (charts: ReturnType<typeof lab>) => charts.map(({ name }) => name);
  expect(names(withGrafana())).toContain('Grafana');
  expect(names(lab())).not.toContain('Grafana');
  expect(names(withGrafana({ grafana: 'none' }))).not.toContain('Grafana');
  expect(names(withGrafana({ monitoring: 'none' }))).not.toContain('Grafana');
  expect(names(withGrafana({ monitoring: 'operator' }))).not.toContain('Grafana');
});
