import { Chart } from 'cdk8s';
import { k8s, Service, ServiceType } from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { NATS, OBSERVER, REDIS } from '../../workloads/protocol/names';
import {
  natsClientVariables,
  rotationAnnotation,
  secretVariables,
  type NatsClientProps,
} from '../constructs/nats-credentials';
import {
  restrictedPodContext,
  RESTRICTED_CONTAINER_CONTEXT,
} from '../constructs/restricted-security';
import { NAME_LABEL, partLabels, podLabels, selectorLabels } from '../core/labels';

/** Which image watches the lab. */
export interface ObserverProps extends NatsClientProps {
  readonly image: string;
}

const PART = { name: OBSERVER.deployment, component: 'observer' } as const;
/** Objects of the whole cluster share their names with everybody else's. */
const CLUSTER_ROLE = 'autoscaling-lab-observer';
const DEFINITIONS_ROLE = 'autoscaling-lab-observer-definitions';
const READ = ['get', 'list', 'watch'];

/**
 * The observer, with leave to read the workloads, autoscalers and events of the lab's own namespaces
 * and two definitions by their names: no Secret, no ConfigMap, nothing to write.
 */
export class Observer extends Chart {
  constructor(scope: Construct, id: string, props: ObserverProps) {
    super(scope, id, { namespace: OBSERVER.namespace, labels: partLabels(PART) });
    const account = new k8s.KubeServiceAccount(this, 'ServiceAccount', {
      metadata: { name: OBSERVER.serviceAccount },
      automountServiceAccountToken: false,
    });
    const permissions = [...addNamespaceRole(this), ...addDefinitionsRole(this)];
    const deployment = addDeployment(this, props);
    deployment.addDependency(account, ...permissions);
    addMetricsService(this);
  }
}

const SUBJECT: k8s.Subject = {
  kind: 'ServiceAccount',
  name: OBSERVER.serviceAccount,
  namespace: OBSERVER.namespace,
};

function addNamespaceRole(chart: Chart): Construct[] {
  const role = new k8s.KubeClusterRole(chart, 'Role', {
    metadata: { name: CLUSTER_ROLE },
    rules: [
      { apiGroups: [''], resources: ['pods', 'events'], verbs: READ },
      { apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: READ },
      { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: READ },
      { apiGroups: ['keda.sh'], resources: ['scaledobjects'], verbs: READ },
      {
        apiGroups: ['autoscaling.k8s.io'],
        resources: ['verticalpodautoscalers'],
        verbs: READ,
      },
    ],
  });
  const bindings = OBSERVER.watchedNamespaces.map((namespace) => {
    const binding = new k8s.KubeRoleBinding(chart, `Binding-${namespace}`, {
      metadata: { name: OBSERVER.serviceAccount, namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: CLUSTER_ROLE },
      subjects: [SUBJECT],
    });
    binding.addDependency(role);
    return binding;
  });
  return [role, ...bindings];
}

function addDefinitionsRole(chart: Chart): Construct[] {
  const role = new k8s.KubeClusterRole(chart, 'DefinitionsRole', {
    metadata: { name: DEFINITIONS_ROLE },
    rules: [
      {
        apiGroups: ['apiextensions.k8s.io'],
        resources: ['customresourcedefinitions'],
        resourceNames: [...OBSERVER.watchedDefinitions],
        verbs: READ,
      },
    ],
  });
  const binding = new k8s.KubeClusterRoleBinding(chart, 'DefinitionsBinding', {
    metadata: { name: DEFINITIONS_ROLE },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: DEFINITIONS_ROLE },
    subjects: [SUBJECT],
  });
  binding.addDependency(role);
  return [role, binding];
}

function addDeployment(
  chart: Chart,
  { image, natsTls, secretRotation }: ObserverProps,
): k8s.KubeDeployment {
  return new k8s.KubeDeployment(chart, 'Deployment', {
    metadata: { name: OBSERVER.deployment },
    spec: {
      replicas: 1,
      // two of them would publish two states
      strategy: { type: 'Recreate' },
      selector: { matchLabels: selectorLabels(PART) },
      template: {
        metadata: {
          labels: podLabels(PART),
          annotations: rotationAnnotation(secretRotation),
        },
        spec: {
          serviceAccountName: OBSERVER.serviceAccount,
          automountServiceAccountToken: true,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 10,
          securityContext: restrictedPodContext(OBSERVER.uid),
          containers: [container(image, natsTls)],
        },
      },
    },
  });
}

function container(image: string, natsTls: boolean): k8s.Container {
  const port = k8s.IntOrString.fromNumber(OBSERVER.metricsPort);
  const values = {
    NATS_MONITOR_URL: `http://${NATS.host}:${NATS.ports.monitor}`,
    REDIS_URL: REDIS.url,
    NAMESPACES: OBSERVER.watchedNamespaces.join(','),
    METRICS_ADDR: `0.0.0.0:${OBSERVER.metricsPort}`,
    LOG_LEVEL: 'info',
  };
  return {
    name: OBSERVER.container,
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', OBSERVER.entryPoint],
    env: [
      ...Object.entries(values).map(([name, value]) => ({ name, value })),
      ...natsClientVariables('observer', natsTls),
      ...secretVariables(REDIS.secret, [REDIS.passwordKey]),
    ],
    ports: [{ name: OBSERVER.metricsPortName, containerPort: OBSERVER.metricsPort }],
    resources: {
      requests: { cpu: k8s.Quantity.fromString('20m'), memory: k8s.Quantity.fromString('96Mi') },
      limits: { cpu: k8s.Quantity.fromString('500m'), memory: k8s.Quantity.fromString('192Mi') },
    },
    startupProbe: {
      httpGet: { path: OBSERVER.livenessPath, port },
      periodSeconds: 1,
      timeoutSeconds: 2,
      failureThreshold: 60,
    },
    readinessProbe: {
      httpGet: { path: OBSERVER.readinessPath, port },
      periodSeconds: 2,
      timeoutSeconds: 2,
      failureThreshold: 3,
    },
    livenessProbe: {
      httpGet: { path: OBSERVER.livenessPath, port },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
    securityContext: RESTRICTED_CONTAINER_CONTEXT,
  };
}

function addMetricsService(chart: Chart): void {
  const service = new Service(chart, 'MetricsService', {
    metadata: { name: OBSERVER.service },
    type: ServiceType.CLUSTER_IP,
  });
  const port = OBSERVER.metricsPort;
  service.bind(port, { name: OBSERVER.metricsPortName, targetPort: port });
  service.selectLabel(NAME_LABEL, PART.name);
}
