import { ApiObject, Chart, JsonPatch, Size } from 'cdk8s';
import {
  ClusterRole,
  ClusterRoleBinding,
  Cpu,
  type Deployment,
  EnvValue,
  k8s,
  RoleBinding,
  Secret,
  Service,
  ServiceAccount,
  ServiceType,
} from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { NATS, OBSERVER, REDIS } from '../../workloads/protocol/names';
import { type NatsClientProps } from '../constructs/nats-credentials';
import { programDeployment } from '../constructs/program-deployment';
import { bindTo, readRole } from '../constructs/read-role';
import { NAME_LABEL, partLabels } from '../core/labels';

/** Which image watches the lab. */
export interface ObserverProps extends NatsClientProps {
  readonly image: string;
}

const PART = { name: OBSERVER.deployment, component: 'observer' } as const;
/** Objects of the whole cluster share their names with everybody else's. */
const CLUSTER_ROLE = 'autoscaling-lab-observer';
const DEFINITIONS_ROLE = 'autoscaling-lab-observer-definitions';

/**
 * The observer, with read-only access to the workloads, autoscalers and events of the lab's own
 * namespaces and to two definitions by their names: no Secret, no ConfigMap.
 */
export class Observer extends Chart {
  constructor(scope: Construct, id: string, props: ObserverProps) {
    super(scope, id, { namespace: OBSERVER.namespace, labels: partLabels(PART) });
    const account = new ServiceAccount(this, 'ServiceAccount', {
      metadata: { name: OBSERVER.serviceAccount },
      automountToken: false,
    });
    const permissions = [...addNamespaceRole(this, account), ...addDefinitionsRole(this, account)];
    const deployment = addDeployment(this, account, props);
    deployment.node.addDependency(account, ...permissions);
    addMetricsService(this);
  }
}

function addNamespaceRole(chart: Chart, account: ServiceAccount): Construct[] {
  const role = readRole(chart, 'Role', CLUSTER_ROLE, [
    { group: '', resources: ['pods', 'events'] },
    { group: 'apps', resources: ['deployments', 'statefulsets'] },
    { group: 'autoscaling', resources: ['horizontalpodautoscalers'] },
    { group: 'keda.sh', resources: ['scaledobjects'] },
    { group: 'autoscaling.k8s.io', resources: ['verticalpodautoscalers'] },
  ]);
  const bindings = OBSERVER.watchedNamespaces.map((namespace) => {
    const binding = new RoleBinding(chart, `Binding-${namespace}`, {
      metadata: { name: OBSERVER.serviceAccount, namespace },
      role,
    });
    bindTo(binding, account);
    binding.node.addDependency(role);
    return binding;
  });
  return [role, ...bindings];
}

function addDefinitionsRole(chart: Chart, account: ServiceAccount): Construct[] {
  // a plain object: a rule of cdk8s-plus names one object at most
  const role = new k8s.KubeClusterRole(chart, 'DefinitionsRole', {
    metadata: { name: DEFINITIONS_ROLE },
    rules: [
      {
        apiGroups: ['apiextensions.k8s.io'],
        resources: ['customresourcedefinitions'],
        resourceNames: [...OBSERVER.watchedDefinitions],
        verbs: ['get', 'list', 'watch'],
      },
    ],
  });
  const binding = new ClusterRoleBinding(chart, 'DefinitionsBinding', {
    metadata: { name: DEFINITIONS_ROLE },
    role: ClusterRole.fromClusterRoleName(chart, 'Definitions', DEFINITIONS_ROLE),
  });
  bindTo(binding, account);
  binding.node.addDependency(role);
  return [role, binding];
}

function addDeployment(
  chart: Chart,
  serviceAccount: ServiceAccount,
  props: ObserverProps,
): Deployment {
  const redis = Secret.fromSecretName(chart, 'RedisPassword', REDIS.secret);
  const key = REDIS.passwordKey;
  const deployment = programDeployment(chart, {
    part: PART,
    names: OBSERVER,
    natsUser: 'observer',
    ...props,
    serviceAccount,
    // two of them would publish two states
    alone: true,
    variables: {
      NATS_MONITOR_URL: EnvValue.fromValue(`http://${NATS.host}:${NATS.ports.monitor}`),
      REDIS_URL: EnvValue.fromValue(REDIS.url),
      NAMESPACES: EnvValue.fromValue(OBSERVER.watchedNamespaces.join(',')),
      LOG_LEVEL: EnvValue.fromValue('info'),
      [key]: EnvValue.fromSecretValue({ secret: redis, key }),
    },
    resources: {
      cpu: { request: Cpu.millis(20), limit: Cpu.millis(500) },
      memory: { request: Size.mebibytes(96), limit: Size.mebibytes(192) },
    },
    probes: { timeout: 2, livenessTimeout: 5 },
  });
  // cdk8s-plus has no such field
  ApiObject.of(deployment).addJsonPatch(
    JsonPatch.add('/spec/template/spec/enableServiceLinks', false),
  );
  return deployment;
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
