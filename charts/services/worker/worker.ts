import { Chart, Duration, Size } from 'cdk8s';
import {
  Cpu,
  Deployment,
  DeploymentStrategy,
  EnvFieldPaths,
  EnvValue,
  ImagePullPolicy,
  LabelSelector,
  PercentOrAbsolute,
  Secret,
  Service,
  ServiceType,
  Volume,
} from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { REDIS, WORKER } from '../../../workloads/protocol/names';
import { CONSUMER, MEMES_STREAM } from '../../../workloads/protocol/streams';
import { CORE_QUEUE_GROUP, SUBJECTS } from '../../../workloads/protocol/subjects';
import {
  natsClient,
  rotationAnnotation,
  type NatsClientProps,
} from '../../constructs/nats-credentials';
import { programProbes } from '../../constructs/program-probes';
import { restrictedContainer, restrictedPod } from '../../constructs/restricted-security';
import { spreadOverNodes } from '../../constructs/spread-over-nodes';
import { NAME_LABEL, partLabels, podLabels, selectorLabels } from '../../core/labels';
import { check } from '../../core/setting-group';
import { WORKER_SETTINGS, type WorkerSettings } from './worker-settings';

/** The worker: which image, how much work at a time, and which generator. */
export interface WorkerProps extends WorkerSettings, NatsClientProps {
  readonly image: string;
  /**
   * Name of the Secret that holds the Hugging Face token.
   *
   * @default - no token: the worker draws the memes itself
   */
  readonly tokenSecret?: string;
}

const PART = { name: WORKER.deployment, component: 'worker' } as const;
const MIN_SHUTDOWN_GRACE_SECONDS = 20;
// drawing and answering take time beyond the minimum for one meme
const WORK_MARGIN_SECONDS = 10;
// what the process needs to close its connections after the last meme
const EXIT_MARGIN_SECONDS = 10;

/**
 * The worker's Deployment and the Service of its metrics. Without an autoscaler in another chart it
 * stays at cdk8s-plus' default number of replicas.
 */
export class Worker extends Chart {
  /** What an autoscaler scales. */
  readonly deployment: Deployment;

  /**
   * @throws where a setting is out of bounds
   */
  constructor(scope: Construct, id: string, props: WorkerProps) {
    super(scope, id, { namespace: WORKER.namespace, labels: partLabels(PART) });
    check(WORKER_SETTINGS, props);
    this.deployment = addDeployment(this, props);
    spreadOverNodes(this.deployment, selectorLabels(PART));
    addMetricsService(this);
  }
}

function addDeployment(chart: Chart, props: WorkerProps): Deployment {
  const shutdownGrace = Math.max(
    MIN_SHUTDOWN_GRACE_SECONDS,
    Math.ceil(props.workerSecondsPerMeme) + WORK_MARGIN_SECONDS,
  );
  const deployment = new Deployment(chart, 'Deployment', {
    metadata: { name: WORKER.deployment },
    podMetadata: {
      labels: podLabels(PART),
      annotations: rotationAnnotation(props.secretRotation),
    },
    select: false,
    strategy: DeploymentStrategy.rollingUpdate({
      maxSurge: PercentOrAbsolute.percent(25),
      maxUnavailable: PercentOrAbsolute.absolute(0),
    }),
    automountServiceAccountToken: false,
    terminationGracePeriod: Duration.seconds(shutdownGrace + EXIT_MARGIN_SECONDS),
    securityContext: restrictedPod(WORKER.uid),
    containers: [
      {
        name: WORKER.container,
        image: props.image,
        imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
        command: ['node', WORKER.entryPoint],
        ports: [{ name: WORKER.metricsPortName, number: WORKER.metricsPort }],
        envVariables: environment(chart, props, shutdownGrace),
        resources: {
          cpu: { request: Cpu.millis(50), limit: Cpu.millis(500) },
          // what a busy worker holds, so that the node never promises more than it has
          // 600 captions of random CJK need 245 MiB; Latin ones 145
          memory: { request: Size.mebibytes(192), limit: Size.mebibytes(320) },
        },
        // asked every second: the time from zero to the first answer counts, and a probe costs nothing
        ...programProbes({ readinessPeriod: 1, timeout: 2 }),
        securityContext: restrictedContainer(WORKER.uid),
        volumeMounts: [
          {
            path: '/tmp',
            volume: Volume.fromEmptyDir(chart, 'Tmp', 'tmp', { sizeLimit: Size.mebibytes(64) }),
          },
        ],
      },
    ],
  });
  deployment.select(LabelSelector.of({ labels: selectorLabels(PART) }));
  return deployment;
}

function environment(
  chart: Chart,
  props: WorkerProps,
  shutdownGrace: number,
): Record<string, EnvValue> {
  const values = {
    NATS_STREAM: MEMES_STREAM.name,
    NATS_CONSUMER: CONSUMER.durable,
    NATS_REQUEST_SUBJECT: SUBJECTS.request,
    NATS_RESPONSE_SUBJECT: SUBJECTS.response,
    REDIS_URL: REDIS.url,
    CACHE_TTL: String(props.cacheTtl),
    METRICS_ADDR: `0.0.0.0:${WORKER.metricsPort}`,
    GENERATOR: props.tokenSecret === undefined ? 'local' : 'huggingface',
    WORKER_CONCURRENCY: String(props.workerConcurrency),
    LOCAL_GENERATOR_SECONDS: String(props.workerSecondsPerMeme),
    SHUTDOWN_GRACE_SECONDS: String(shutdownGrace),
    ENABLE_CORE_NATS: String(props.coreNats),
    CORE_NATS_QUEUE_GROUP: CORE_QUEUE_GROUP,
    RATE_LIMIT_PER_MINUTE: String(props.rateLimitPerMinute),
    LOG_LEVEL: 'info',
    ...(props.promptDenyList !== undefined && { DENY_WORDS: props.promptDenyList }),
    ...(props.otlpEndpoint !== undefined && { OTEL_EXPORTER_OTLP_ENDPOINT: props.otlpEndpoint }),
  };
  return {
    ...Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, EnvValue.fromValue(value)]),
    ),
    POD_NAME: EnvValue.fromFieldRef(EnvFieldPaths.POD_NAME),
    ...natsClient(chart, 'worker', props.natsTls),
    ...secretValue(chart, 'RedisPassword', REDIS.secret, REDIS.passwordKey),
    ...(props.tokenSecret !== undefined &&
      secretValue(chart, 'Token', props.tokenSecret, WORKER.secretTokenKey)),
  };
}

function secretValue(chart: Chart, id: string, name: string, key: string) {
  const secret = Secret.fromSecretName(chart, id, name);
  return { [key]: EnvValue.fromSecretValue({ secret, key }) };
}

function addMetricsService(chart: Chart): void {
  const service = new Service(chart, 'MetricsService', {
    metadata: { name: WORKER.service },
    type: ServiceType.CLUSTER_IP,
  });
  const port = WORKER.metricsPort;
  service.bind(port, { name: WORKER.metricsPortName, targetPort: port });
  service.selectLabel(NAME_LABEL, PART.name);
}
