import { Chart, Duration, Size } from 'cdk8s';
import {
  type ContainerProps,
  Cpu,
  Deployment,
  DeploymentStrategy,
  EnvValue,
  Handler,
  ImagePullPolicy,
  Ingress,
  IngressBackend,
  HttpIngressPathType,
  LabelSelector,
  PercentOrAbsolute,
  Probe,
  Secret,
  Service,
  ServiceType,
  Volume,
} from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { FRONTEND, NATS } from '../../../workloads/protocol/names';
import { restrictedContainer, restrictedPod } from '../../constructs/restricted-security';
import { addFrontendScaler } from './frontend-scaler';
import { FRONTEND_SETTINGS, type FrontendSettings } from './frontend-settings';
import { spreadOverNodes } from '../../constructs/spread-over-nodes';
import { NAME_LABEL, partLabels, podLabels, selectorLabels } from '../../core/labels';
import { check } from '../../core/setting-group';

/** The page. Its Ingress is of the cluster's default class. */
export interface FrontendProps extends FrontendSettings {
  readonly image: string;
}

const PART = { name: FRONTEND.deployment, component: 'page' } as const;
// endpoints are taken out of every node's rules within this
const DRAIN_SECONDS = 3;
const TERMINATION_GRACE_SECONDS = 20;

/** The page's web server, its Service and its autoscaler. */
export class Frontend extends Chart {
  /**
   * @throws where a setting is out of bounds
   */
  constructor(scope: Construct, id: string, props: FrontendProps) {
    super(scope, id, { namespace: FRONTEND.namespace, labels: partLabels(PART) });
    check(FRONTEND_SETTINGS, props);
    const deployment = addDeployment(this, props.image);
    spreadOverNodes(deployment, selectorLabels(PART));
    addFrontendScaler(this, deployment, props.frontendScaleDownWindow);
    const service = addService(this, props.pageNodePort);
    if (props.ingressHost !== undefined)
      addIngress(this, service, props.ingressHost, props.ingressIssuer);
  }
}

function addDeployment(chart: Chart, image: string): Deployment {
  const deployment = new Deployment(chart, 'Deployment', {
    metadata: { name: FRONTEND.deployment },
    podMetadata: { labels: podLabels(PART) },
    select: false,
    strategy: DeploymentStrategy.rollingUpdate({
      maxSurge: PercentOrAbsolute.percent(25),
      maxUnavailable: PercentOrAbsolute.absolute(0),
    }),
    automountServiceAccountToken: false,
    terminationGracePeriod: Duration.seconds(TERMINATION_GRACE_SECONDS),
    securityContext: restrictedPod(FRONTEND.uid),
    containers: [webServer(chart, image)],
  });
  deployment.select(LabelSelector.of({ labels: selectorLabels(PART) }));
  return deployment;
}

function webServer(chart: Chart, image: string): ContainerProps {
  return {
    name: FRONTEND.container,
    image,
    imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
    ports: [{ name: FRONTEND.portName, number: FRONTEND.port }],
    envVariables: {
      // the dot at the end of a name is not for every name server; nginx searches no domains anyway
      NATS_WEBSOCKET: EnvValue.fromValue(`${NATS.host}:${NATS.ports.websocket}`),
    },
    resources: {
      cpu: { request: Cpu.millis(10), limit: Cpu.millis(100) },
      memory: { request: Size.mebibytes(64), limit: Size.mebibytes(128) },
    },
    lifecycle: { preStop: Handler.fromCommand(['sleep', String(DRAIN_SECONDS)]) },
    ...probes(),
    securityContext: restrictedContainer(FRONTEND.uid),
    volumeMounts: [
      {
        path: '/tmp',
        volume: Volume.fromEmptyDir(chart, 'Tmp', 'tmp', { sizeLimit: Size.mebibytes(16) }),
      },
    ],
  };
}

function probes() {
  const port = FRONTEND.port;
  const timeoutSeconds = Duration.seconds(2);
  const probe = (periodSeconds: number, failureThreshold: number) =>
    Probe.fromHttpGet(FRONTEND.healthPath, {
      port,
      timeoutSeconds,
      periodSeconds: Duration.seconds(periodSeconds),
      failureThreshold,
    });
  return { startup: probe(1, 30), readiness: probe(5, 3), liveness: probe(10, 3) };
}

function addService(chart: Chart, nodePort: number | undefined): Service {
  const service = new Service(chart, 'Service', {
    metadata: { name: FRONTEND.service },
    type: nodePort === undefined ? ServiceType.CLUSTER_IP : ServiceType.NODE_PORT,
  });
  const port = FRONTEND.port;
  service.bind(port, { name: FRONTEND.portName, targetPort: port, nodePort });
  service.selectLabel(NAME_LABEL, PART.name);
  return service;
}

function addIngress(chart: Chart, service: Service, host: string, issuer?: string): void {
  const secret = Secret.fromSecretName(chart, 'Certificate', FRONTEND.certificateSecret);
  const ingress = new Ingress(chart, 'Ingress', {
    metadata: {
      name: FRONTEND.service,
      ...(issuer !== undefined && { annotations: { 'cert-manager.io/cluster-issuer': issuer } }),
    },
    tls: [{ hosts: [host], secret }],
  });
  const backend = IngressBackend.fromService(service, { port: FRONTEND.port });
  ingress.addHostRule(host, '/', backend, HttpIngressPathType.PREFIX);
}
