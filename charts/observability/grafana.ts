import { Chart, Yaml } from 'cdk8s';
import { ConfigMap, k8s, Service, ServiceType } from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { GRAFANA, PROMETHEUS } from '../../workloads/protocol/names';
import { rotationAnnotation } from '../constructs/nats-credentials';
import {
  restrictedPodContext,
  RESTRICTED_CONTAINER_CONTEXT,
} from '../constructs/restricted-security';
import { contentHash } from '../core/content-hash';
import { partLabels, podLabels, selectorLabels } from '../core/labels';
import { dashboardFiles } from './dashboards/dashboards';
import { DATASOURCE } from './dashboards/panel';

/** Grafana: which image, and who may look. */
export interface GrafanaProps {
  readonly image: string;
  /** Whoever reaches it may look at everything; to change something one logs in all the same. */
  readonly anonymous: boolean;
  /** Number of the generated secrets in use: the pod starts anew where it changes. */
  readonly secretRotation: number;
}

const PART = { name: GRAFANA.deployment, component: 'monitoring' } as const;
// the user of the published image
const UID = 472;
const PROVISIONING_FOLDER = '/etc/grafana/provisioning';
const DASHBOARD_FOLDER = '/etc/grafana/dashboards';
const DATA_FOLDER = '/var/lib/grafana';
/** Files of the provisioning folder by their keys in the ConfigMap, which knows no folders. */
const PROVISIONING_FILES = {
  'datasources.yaml': 'datasources/lab.yaml',
  'dashboards.yaml': 'dashboards/lab.yaml',
} as const;
const VOLUMES = {
  provisioning: 'provisioning',
  dashboards: 'dashboards',
  data: 'data',
  tmp: 'tmp',
} as const;

/**
 * Grafana with its data source and the lab's dashboards in place: nothing is set up by hand, and
 * nothing that is set up by hand outlives the pod.
 */
export class Grafana extends Chart {
  constructor(scope: Construct, id: string, props: GrafanaProps) {
    super(scope, id, { namespace: GRAFANA.namespace, labels: partLabels(PART) });
    const provisioning = addConfigMap(this, 'Provisioning', provisioningFiles());
    const dashboards = addConfigMap(this, 'Dashboards', dashboardFiles());
    const server = addServer(this, props, { provisioning, dashboards });
    server.node.addDependency(provisioning, dashboards);
    addService(this);
  }
}

// the name carries the content's hash, so that a changed file starts a pod that reads it
function addConfigMap(chart: Chart, id: string, data: Readonly<Record<string, string>>): ConfigMap {
  const name = `${GRAFANA.deployment}-${id.toLowerCase()}-${contentHash(data)}`;
  return new ConfigMap(chart, id, { metadata: { name }, data: { ...data } });
}

function provisioningFiles(): Record<keyof typeof PROVISIONING_FILES, string> {
  return {
    'datasources.yaml': Yaml.stringify({
      apiVersion: 1,
      datasources: [
        {
          name: 'Prometheus',
          ...DATASOURCE,
          access: 'proxy',
          url: PROMETHEUS.url,
          isDefault: true,
          editable: false,
          jsonData: { timeInterval: PROMETHEUS.scrapeInterval, httpMethod: 'POST' },
        },
      ],
    }),
    'dashboards.yaml': Yaml.stringify({
      apiVersion: 1,
      providers: [
        {
          name: 'lab',
          type: 'file',
          disableDeletion: true,
          allowUiUpdates: false,
          options: { path: DASHBOARD_FOLDER },
        },
      ],
    }),
  };
}

interface GrafanaFiles {
  readonly provisioning: ConfigMap;
  readonly dashboards: ConfigMap;
}

function addServer(
  chart: Chart,
  props: GrafanaProps,
  { provisioning, dashboards }: GrafanaFiles,
): k8s.KubeDeployment {
  const items = Object.entries(PROVISIONING_FILES).map(([key, path]) => ({ key, path }));
  const empty = (name: string, size: string): k8s.Volume => ({
    name,
    emptyDir: { sizeLimit: k8s.Quantity.fromString(size) },
  });
  return new k8s.KubeDeployment(chart, 'Deployment', {
    metadata: { name: GRAFANA.deployment },
    spec: {
      replicas: 1,
      selector: { matchLabels: selectorLabels(PART) },
      template: {
        metadata: {
          labels: podLabels(PART),
          annotations: rotationAnnotation(props.secretRotation),
        },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 10,
          securityContext: restrictedPodContext(UID),
          containers: [serverContainer(props)],
          volumes: [
            { name: VOLUMES.provisioning, configMap: { name: provisioning.name, items } },
            { name: VOLUMES.dashboards, configMap: { name: dashboards.name } },
            empty(VOLUMES.data, '256Mi'),
            empty(VOLUMES.tmp, '64Mi'),
          ],
        },
      },
    },
  });
}

function serverContainer({ image, anonymous }: GrafanaProps): k8s.Container {
  const [home] = Object.keys(dashboardFiles());
  const values = {
    GF_PATHS_DATA: DATA_FOLDER,
    GF_PATHS_PROVISIONING: PROVISIONING_FOLDER,
    GF_LOG_MODE: 'console',
    GF_SERVER_HTTP_PORT: String(GRAFANA.port),
    GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: `${DASHBOARD_FOLDER}/${home}`,
    GF_AUTH_ANONYMOUS_ENABLED: String(anonymous),
    GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
    GF_USERS_ALLOW_SIGN_UP: 'false',
    // a cluster that reaches nobody outside would wait for each of these
    GF_ANALYTICS_REPORTING_ENABLED: 'false',
    GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
    GF_PLUGINS_PREINSTALL_DISABLED: 'true',
  };
  const { adminSecret: name, adminSecretKeys: keys } = GRAFANA;
  return {
    name: GRAFANA.deployment,
    image,
    imagePullPolicy: 'IfNotPresent',
    env: [
      ...Object.entries(values).map(([variable, value]) => ({ name: variable, value })),
      secretVariable('GF_SECURITY_ADMIN_USER', name, keys.user),
      secretVariable('GF_SECURITY_ADMIN_PASSWORD', name, keys.password),
    ],
    ports: [{ name: GRAFANA.portName, containerPort: GRAFANA.port }],
    resources: {
      requests: { cpu: k8s.Quantity.fromString('20m'), memory: k8s.Quantity.fromString('128Mi') },
      limits: { cpu: k8s.Quantity.fromString('500m'), memory: k8s.Quantity.fromString('384Mi') },
    },
    startupProbe: probe({ periodSeconds: 2, failureThreshold: 60 }),
    readinessProbe: probe({ periodSeconds: 5, failureThreshold: 3 }),
    livenessProbe: probe({ periodSeconds: 10, failureThreshold: 6 }),
    securityContext: RESTRICTED_CONTAINER_CONTEXT,
    volumeMounts: [
      { name: VOLUMES.provisioning, mountPath: PROVISIONING_FOLDER, readOnly: true },
      { name: VOLUMES.dashboards, mountPath: DASHBOARD_FOLDER, readOnly: true },
      { name: VOLUMES.data, mountPath: DATA_FOLDER },
      { name: VOLUMES.tmp, mountPath: '/tmp' },
    ],
  };
}

function secretVariable(variable: string, secret: string, key: string): k8s.EnvVar {
  return { name: variable, valueFrom: { secretKeyRef: { name: secret, key } } };
}

function probe(timing: Pick<k8s.Probe, 'periodSeconds' | 'failureThreshold'>): k8s.Probe {
  const port = k8s.IntOrString.fromString(GRAFANA.portName);
  return { httpGet: { path: '/api/health', port }, timeoutSeconds: 3, ...timing };
}

function addService(chart: Chart): void {
  const service = new Service(chart, 'Service', {
    metadata: { name: GRAFANA.service },
    type: ServiceType.CLUSTER_IP,
  });
  service.bind(GRAFANA.port, { name: GRAFANA.portName, targetPort: GRAFANA.port });
  for (const [label, value] of Object.entries(selectorLabels(PART)))
    service.selectLabel(label, value);
}
