import { Chart } from 'cdk8s';
import { ConfigMap, k8s, Service, ServiceType } from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { NATS } from '../../../workloads/protocol/names';
import {
  restrictedPodContext,
  RESTRICTED_CONTAINER_CONTEXT,
} from '../../constructs/restricted-security';
import { topologySpread } from '../../constructs/spread-over-nodes';
import { rotationAnnotation } from '../../constructs/nats-credentials';
import { contentHash } from '../../core/content-hash';
import { partLabels, podLabels, selectorLabels } from '../../core/labels';
import { check } from '../../core/setting-group';
import { NATS_SERVER_SECRET } from './nats-accounts';
import { clusterSecrets, clusterVariables } from './nats-cluster';
import { LAME_DUCK_SECONDS, natsConfig, NATS_PATHS, natsStorageSize } from './nats-config';
import { NATS_SETTINGS, type NatsSettings } from './nats-settings';
import { tlsMount, tlsVolume } from './nats-tls';

/** The queue. A change of `natsStorage` replaces the StatefulSet: a volume claim template is immutable. */
export interface NatsProps extends NatsSettings {
  readonly image: string;
  /** Number of the secrets in use; another one starts a new pod. */
  readonly secretRotation: number;
}

const PART = { name: NATS.statefulSet, component: 'queue' } as const;
const UID = 1000;
const MEMORY_LIMIT_MIB = 384;
// Go frees memory before it meets the limit, instead of being killed at it
const GO_MEMORY_SHARE = 0.8;
const TERMINATION_GRACE_SECONDS = LAME_DUCK_SECONDS + 15;
const VOLUMES = { config: 'config', data: NATS.claimTemplate, run: 'run' } as const;

/** NATS with JetStream: servers, each with its files on a volume of its own, and their Services. */
export class Nats extends Chart {
  /**
   * @throws where the storage, the number of servers or the node port is out of bounds
   */
  constructor(scope: Construct, id: string, props: NatsProps) {
    super(scope, id, { namespace: NATS.namespace, labels: partLabels(PART) });
    check(NATS_SETTINGS, props);
    const { natsReplicas: replicas, natsTls: tls, natsNodePort } = props;
    const storage = natsStorageSize(props.natsStorage);
    const config = addConfig(this, natsConfig({ storage, replicas, tls }));
    const headless = addHeadlessService(this, replicas);
    const server = addServer(this, props, config);
    server.addDependency(config, headless);
    addClientService(this);
    if (natsNodePort !== undefined) addExternalService(this, natsNodePort);
  }
}

// the name carries the content's hash: the server reads its file once, at start, so that a change
// must start a new pod, and the old one keeps its file until then
function addConfig(chart: Chart, config: string): ConfigMap {
  return new ConfigMap(chart, 'Config', {
    metadata: { name: `nats-config-${contentHash(config)}` },
    data: { [NATS_PATHS.configFile]: config },
  });
}

function addHeadlessService(chart: Chart, replicas: number): Service {
  const service = new Service(chart, 'HeadlessService', {
    metadata: { name: NATS.headlessService },
    type: ServiceType.CLUSTER_IP,
    clusterIP: 'None',
    // servers of a cluster must find each other before they are ready
    publishNotReadyAddresses: true,
  });
  if (replicas > 1) {
    const { cluster } = NATS.ports;
    service.bind(cluster, { name: NATS.portNames.cluster, targetPort: cluster });
  }
  return bindPorts(service);
}

function addClientService(chart: Chart): void {
  const service = new Service(chart, 'Service', {
    metadata: { name: NATS.service },
    type: ServiceType.CLUSTER_IP,
  });
  bindPorts(service);
}

function addExternalService(chart: Chart, nodePort: number): void {
  const service = new Service(chart, 'ExternalService', {
    metadata: { name: `${NATS.service}-external` },
    type: ServiceType.NODE_PORT,
  });
  const { client } = NATS.ports;
  service.bind(client, { name: NATS.portNames.client, targetPort: client, nodePort });
  selectServer(service);
}

function bindPorts(service: Service): Service {
  const { client, monitor, websocket } = NATS.ports;
  service.bind(client, { name: NATS.portNames.client, targetPort: client });
  service.bind(monitor, { name: NATS.portNames.monitor, targetPort: monitor });
  service.bind(websocket, { name: NATS.portNames.websocket, targetPort: websocket });
  return selectServer(service);
}

function selectServer(service: Service): Service {
  for (const [label, value] of Object.entries(selectorLabels(PART))) {
    service.selectLabel(label, value);
  }
  return service;
}

// a plain object, because the StatefulSet of cdk8s-plus has no volume claim templates
function addServer(chart: Chart, props: NatsProps, config: ConfigMap): k8s.KubeStatefulSet {
  return new k8s.KubeStatefulSet(chart, 'StatefulSet', {
    metadata: { name: NATS.statefulSet },
    spec: {
      serviceName: NATS.headlessService,
      replicas: props.natsReplicas,
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'RollingUpdate' },
      selector: { matchLabels: selectorLabels(PART) },
      template: {
        metadata: {
          labels: podLabels(PART),
          annotations: rotationAnnotation(props.secretRotation),
        },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: TERMINATION_GRACE_SECONDS,
          securityContext: restrictedPodContext(UID),
          topologySpreadConstraints: topologySpread(selectorLabels(PART)),
          containers: [serverContainer(props)],
          volumes: [
            { name: VOLUMES.config, configMap: { name: config.name } },
            { name: VOLUMES.run, emptyDir: {} },
            ...(props.natsTls ? [tlsVolume()] : []),
          ],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: {
            name: VOLUMES.data,
            labels: podLabels(PART),
            annotations: clusterSecrets(props.natsReplicas, props.secretRotation, props.natsTls),
          },
          spec: {
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: k8s.Quantity.fromString(props.natsStorage) } },
          },
        },
      ],
    },
  });
}

function serverContainer({
  image,
  natsReplicas: replicas,
  natsTls: tls,
}: NatsProps): k8s.Container {
  const { client, monitor, websocket, cluster } = NATS.ports;
  return {
    name: NATS.statefulSet,
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['nats-server'],
    args: ['--config', `${NATS_PATHS.config}/${NATS_PATHS.configFile}`],
    env: [
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'GOMEMLIMIT', value: `${Math.floor(MEMORY_LIMIT_MIB * GO_MEMORY_SHARE)}MiB` },
      ...clusterVariables(replicas),
    ],
    // the passwords that the configuration names
    envFrom: [{ secretRef: { name: NATS_SERVER_SECRET } }],
    ports: [
      { name: NATS.portNames.client, containerPort: client },
      { name: NATS.portNames.monitor, containerPort: monitor },
      { name: NATS.portNames.websocket, containerPort: websocket },
      ...(replicas > 1 ? [{ name: NATS.portNames.cluster, containerPort: cluster }] : []),
    ],
    resources: {
      requests: { cpu: k8s.Quantity.fromString('50m'), memory: k8s.Quantity.fromString('64Mi') },
      limits: {
        cpu: k8s.Quantity.fromString('1'),
        memory: k8s.Quantity.fromString(`${MEMORY_LIMIT_MIB}Mi`),
      },
    },
    // ready means that the streams are recovered; alive must not, or a long recovery is killed
    startupProbe: healthProbe('/healthz', { periodSeconds: 1, failureThreshold: 120 }),
    livenessProbe: healthProbe('/healthz?js-enabled-only=true', {
      periodSeconds: 10,
      failureThreshold: 3,
    }),
    readinessProbe: healthProbe('/healthz?js-server-only=true', {
      periodSeconds: 5,
      failureThreshold: 3,
    }),
    // TERM alone drops every client at once
    lifecycle: {
      preStop: { exec: { command: ['nats-server', '--signal', `ldm=${NATS_PATHS.pidFile}`] } },
    },
    securityContext: RESTRICTED_CONTAINER_CONTEXT,
    volumeMounts: [
      { name: VOLUMES.config, mountPath: NATS_PATHS.config, readOnly: true },
      { name: VOLUMES.run, mountPath: NATS_PATHS.run },
      { name: VOLUMES.data, mountPath: NATS_PATHS.data },
      ...(tls ? [tlsMount()] : []),
    ],
  };
}

function healthProbe(
  path: string,
  timing: Pick<k8s.Probe, 'periodSeconds' | 'failureThreshold'>,
): k8s.Probe {
  const port = k8s.IntOrString.fromNumber(NATS.ports.monitor);
  return { httpGet: { path, port }, timeoutSeconds: 3, ...timing };
}
