import { Chart, Yaml } from 'cdk8s';
import { ConfigMap, k8s, Service, ServiceType } from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { PROMETHEUS } from '../../workloads/protocol/names';
import { requireInteger } from '../constructs/bounds';
import { ClusterReader } from '../constructs/cluster-reader';
import { type ReadRule } from '../constructs/read-role';
import {
  restrictedPodContext,
  RESTRICTED_CONTAINER_CONTEXT,
} from '../constructs/restricted-security';
import { contentHash } from '../core/content-hash';
import { partLabels, podLabels, selectorLabels } from '../core/labels';
import { NODE_PORTS } from '../core/setting';
import { RULE_GROUPS } from './rules/rule-groups';
import { scrapeConfigs } from './scrape-config';

/** Prometheus: which image, how far it trusts kubelets, and whether it is reachable from outside. */
export interface PrometheusProps {
  readonly image: string;
  /** Accept kubelet certificates that the cluster's CA did not sign: local clusters only. */
  readonly kubeletInsecureTls: boolean;
  /**
   * Node port of its API and its page. It has no password: local clusters only. Allowed: 30000 to 32767.
   *
   * @default - none
   */
  readonly nodePort?: number;
}

const PART = { name: PROMETHEUS.deployment, component: 'monitoring' } as const;
const UID = 65532;
const RETENTION = { time: '24h', size: '800MB' } as const;
const CONFIG_FOLDER = '/etc/prometheus';
const CONFIG_FILE = 'prometheus.yml';
const RULES_FILE = 'rules.yml';
const DATA_FOLDER = '/prometheus';
const READ: readonly ReadRule[] = [
  { group: '', resources: ['nodes', 'pods'] },
  // what a kubelet asks for before it shows its metrics and cAdvisor's
  { group: '', resources: ['nodes/metrics'], verbs: ['get'] },
];
const VOLUMES = { config: 'config', data: 'data' } as const;

/**
 * One small Prometheus. What it has seen is in the pod's own folder: a day of it, and gone with the
 * pod, since a lab is not an archive.
 */
export class Prometheus extends Chart {
  /**
   * @throws where the node port is out of bounds
   */
  constructor(scope: Construct, id: string, props: PrometheusProps) {
    super(scope, id, { namespace: PROMETHEUS.namespace, labels: partLabels(PART) });
    const config = addConfig(this, props);
    const reader = new ClusterReader(this, 'Reader', {
      name: PROMETHEUS.deployment,
      namespace: PROMETHEUS.namespace,
      rules: READ,
    });
    const server = addServer(this, props, config, reader);
    server.node.addDependency(config, reader);
    addService(this);
    if (props.nodePort !== undefined) addExternalService(this, props.nodePort);
  }
}

// the name carries the content's hash, so that a changed file starts a pod that reads it
function addConfig(chart: Chart, { kubeletInsecureTls }: PrometheusProps): ConfigMap {
  const data = {
    [CONFIG_FILE]: Yaml.stringify({
      global: {
        scrape_interval: PROMETHEUS.scrapeInterval,
        evaluation_interval: PROMETHEUS.scrapeInterval,
      },
      storage: { tsdb: { retention: RETENTION } },
      rule_files: [`${CONFIG_FOLDER}/${RULES_FILE}`],
      scrape_configs: scrapeConfigs(kubeletInsecureTls),
    }),
    [RULES_FILE]: Yaml.stringify({ groups: RULE_GROUPS }),
  };
  return new ConfigMap(chart, 'Config', {
    metadata: { name: `prometheus-config-${contentHash(data)}` },
    data,
  });
}

function addServer(
  chart: Chart,
  { image }: PrometheusProps,
  config: ConfigMap,
  reader: ClusterReader,
): k8s.KubeDeployment {
  return new k8s.KubeDeployment(chart, 'Deployment', {
    metadata: { name: PROMETHEUS.deployment },
    spec: {
      replicas: 1,
      // two would scrape everything twice for a while
      strategy: { type: 'Recreate' },
      selector: { matchLabels: selectorLabels(PART) },
      template: {
        metadata: { labels: podLabels(PART) },
        spec: {
          serviceAccountName: reader.accountName,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 15,
          securityContext: restrictedPodContext(UID),
          containers: [serverContainer(image)],
          volumes: [
            { name: VOLUMES.config, configMap: { name: config.name } },
            {
              name: VOLUMES.data,
              emptyDir: { sizeLimit: k8s.Quantity.fromString('1Gi') },
            },
          ],
        },
      },
    },
  });
}

function serverContainer(image: string): k8s.Container {
  return {
    name: PROMETHEUS.deployment,
    image,
    imagePullPolicy: 'IfNotPresent',
    args: [
      `--config.file=${CONFIG_FOLDER}/${CONFIG_FILE}`,
      `--storage.tsdb.path=${DATA_FOLDER}`,
      `--web.listen-address=:${PROMETHEUS.port}`,
    ],
    ports: [{ name: PROMETHEUS.portName, containerPort: PROMETHEUS.port }],
    resources: {
      requests: { cpu: k8s.Quantity.fromString('50m'), memory: k8s.Quantity.fromString('128Mi') },
      limits: { cpu: k8s.Quantity.fromString('1'), memory: k8s.Quantity.fromString('512Mi') },
    },
    startupProbe: probe('/-/ready', { periodSeconds: 1, failureThreshold: 60 }),
    readinessProbe: probe('/-/ready', { periodSeconds: 5, failureThreshold: 3 }),
    livenessProbe: probe('/-/healthy', { periodSeconds: 10, failureThreshold: 3 }),
    securityContext: RESTRICTED_CONTAINER_CONTEXT,
    volumeMounts: [
      { name: VOLUMES.config, mountPath: CONFIG_FOLDER, readOnly: true },
      { name: VOLUMES.data, mountPath: DATA_FOLDER },
    ],
  };
}

function probe(
  path: string,
  timing: Pick<k8s.Probe, 'periodSeconds' | 'failureThreshold'>,
): k8s.Probe {
  const port = k8s.IntOrString.fromString(PROMETHEUS.portName);
  return { httpGet: { path, port }, timeoutSeconds: 3, ...timing };
}

function addService(chart: Chart): void {
  const service = new Service(chart, 'Service', {
    metadata: { name: PROMETHEUS.service },
    type: ServiceType.CLUSTER_IP,
  });
  service.bind(PROMETHEUS.port, { name: PROMETHEUS.portName, targetPort: PROMETHEUS.port });
  selectServer(service);
}

function addExternalService(chart: Chart, nodePort: number): void {
  requireInteger('prometheusNodePort', nodePort, NODE_PORTS);
  const service = new Service(chart, 'ExternalService', {
    metadata: { name: `${PROMETHEUS.service}-external` },
    type: ServiceType.NODE_PORT,
  });
  const { port: targetPort, portName: name } = PROMETHEUS;
  service.bind(PROMETHEUS.port, { name, targetPort, nodePort });
  selectServer(service);
}

function selectServer(service: Service): void {
  for (const [label, value] of Object.entries(selectorLabels(PART)))
    service.selectLabel(label, value);
}
