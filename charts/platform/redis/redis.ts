import { Chart } from 'cdk8s';
import { k8s, Service, ServiceType } from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { REDIS } from '../../../workloads/protocol/names';
import {
  restrictedPodContext,
  RESTRICTED_CONTAINER_CONTEXT,
} from '../../constructs/restricted-security';
import { rotationAnnotation } from '../../constructs/nats-credentials';
import { NAME_LABEL, partLabels, podLabels, selectorLabels } from '../../core/labels';
import { START_REDIS } from './redis-memory';
import { type RedisSettings } from './redis-settings';

/** The cache. A change of `redisStorage` replaces the StatefulSet: a volume claim template is immutable. */
export interface RedisProps extends RedisSettings {
  readonly image: string;
  /** Number of the secrets in use; another one starts a new pod. */
  readonly secretRotation: number;
}

const PART = { name: REDIS.statefulSet, component: 'cache' } as const;
const UID = 999;
// where the VerticalPodAutoscaler starts, too: a pod of its own making is not resized at once
const REQUESTS = { cpu: '100m', memory: '512Mi' } as const;
// above the requests: equal ones would be another QoS class, which a resize may not change
const LIMITS = { cpu: '250m', memory: '768Mi' } as const;

const DATA = { volume: REDIS.claimTemplate, folder: '/data' } as const;

/** Redis as a cache with a password: it evicts what is least recently used. */
export class Redis extends Chart {
  /** What an autoscaler sizes. */
  readonly statefulSet: k8s.KubeStatefulSet;

  constructor(scope: Construct, id: string, props: RedisProps) {
    super(scope, id, { namespace: REDIS.namespace, labels: partLabels(PART) });
    const service = new Service(this, 'Service', {
      metadata: { name: REDIS.service },
      type: ServiceType.CLUSTER_IP,
    });
    service.bind(REDIS.port, { name: REDIS.portName, targetPort: REDIS.port });
    service.selectLabel(NAME_LABEL, PART.name);
    this.statefulSet = addServer(this, props);
  }
}

// a plain object like the other StatefulSet: cdk8s-plus would put a label of its own into the selector
function addServer(chart: Chart, props: RedisProps): k8s.KubeStatefulSet {
  return new k8s.KubeStatefulSet(chart, 'StatefulSet', {
    metadata: { name: REDIS.statefulSet },
    spec: {
      serviceName: REDIS.service,
      replicas: 1,
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
          terminationGracePeriodSeconds: 10,
          securityContext: restrictedPodContext(UID),
          containers: [serverContainer(props)],
        },
      },
      ...(props.redisStorage !== undefined && {
        volumeClaimTemplates: [claim(props.redisStorage)],
      }),
    },
  });
}

function claim(storage: string): k8s.KubePersistentVolumeClaimProps {
  return {
    metadata: { name: DATA.volume, labels: podLabels(PART) },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: quantities({ storage }) },
    },
  };
}

function serverContainer({ image, redisStorage }: RedisProps): k8s.Container {
  const kept = redisStorage !== undefined;
  const tcpSocket = { port: k8s.IntOrString.fromNumber(REDIS.port) };
  return {
    name: REDIS.statefulSet,
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', '-c', START_REDIS, 'redis'],
    args: [
      String(REDIS.port),
      '--save',
      '',
      '--appendonly',
      kept ? 'yes' : 'no',
      ...(kept ? ['--dir', DATA.folder] : []),
      '--maxmemory-policy',
      'allkeys-lru',
    ],
    env: [
      {
        name: 'REDISCLI_AUTH',
        valueFrom: { secretKeyRef: { name: REDIS.secret, key: REDIS.passwordKey } },
      },
    ],
    ports: [{ name: REDIS.portName, containerPort: REDIS.port }],
    resources: {
      requests: quantities(REQUESTS),
      limits: quantities(LIMITS),
    },
    // the port is open while the data is still being read
    startupProbe: {
      exec: { command: ['sh', '-c', `redis-cli -p ${REDIS.port} ping | grep -q PONG`] },
      periodSeconds: 1,
      timeoutSeconds: 3,
      failureThreshold: 300,
    },
    readinessProbe: { tcpSocket, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 3 },
    livenessProbe: { tcpSocket, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    securityContext: RESTRICTED_CONTAINER_CONTEXT,
    ...(kept && { volumeMounts: [{ name: DATA.volume, mountPath: DATA.folder }] }),
  };
}

function quantities(amounts: Readonly<Record<string, string>>): Record<string, k8s.Quantity> {
  return Object.fromEntries(
    Object.entries(amounts).map(([resource, text]) => [resource, k8s.Quantity.fromString(text)]),
  );
}
