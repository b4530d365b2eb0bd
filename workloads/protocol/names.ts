/** Namespaces by the part that lives in them. */
export const NAMESPACES = {
  messaging: 'messaging',
  cache: 'cache',
  memeGenerator: 'meme-generator',
  monitoring: 'monitoring',
  keda: 'keda',
  vpa: 'vpa',
  kubeSystem: 'kube-system',
} as const;

/** NATS: a StatefulSet with one Service for clients and one that names its pods. */
export const NATS = {
  namespace: NAMESPACES.messaging,
  statefulSet: 'nats',
  /** Its volume claim template: the claims are `data-nats-0` and so on. */
  claimTemplate: 'data',
  service: 'nats',
  headlessService: 'nats-headless',
  host: 'nats.messaging.svc.cluster.local',
  headlessHost: 'nats-headless.messaging.svc.cluster.local',
  ports: { client: 4222, monitor: 8222, websocket: 8080, cluster: 6222 },
  portNames: { client: 'client', monitor: 'monitor', websocket: 'websocket', cluster: 'cluster' },
  url: 'nats://nats.messaging.svc.cluster.local:4222',
  /** The same where the server takes no plain text. */
  tlsUrl: 'tls://nats.messaging.svc.cluster.local:4222',
  /** The account that owns the streams, and that every user but one is in. */
  account: 'LAB',
  /** The account in which the server asks who an unknown user is. */
  calloutAccount: 'AUTH',
} as const;

/** Redis: a StatefulSet with one Service. */
export const REDIS = {
  namespace: NAMESPACES.cache,
  statefulSet: 'redis',
  /** See {@link NATS}. */
  claimTemplate: 'data',
  service: 'redis',
  host: 'redis.cache.svc.cluster.local',
  port: 6379,
  portName: 'redis',
  url: 'redis://redis.cache.svc.cluster.local:6379',
  /** Secret with the password, in the namespace of Redis and of each client. */
  secret: 'redis-auth',
  /** Key of the password in the Secret; also the variable that clients read. */
  passwordKey: 'REDIS_PASSWORD',
} as const;

/** Where every program of the lab serves its metrics and its health. */
export const METRICS_HTTP = {
  metricsPort: 9090,
  metricsPortName: 'metrics',
  livenessPath: '/healthz',
  readinessPath: '/readyz',
  metricsPath: '/metrics',
} as const;

/** User and group of every program's process. */
const PROGRAM_UID = 65532;

/** The names of a Node program of the lab: its Deployment, its container and its bundle have one name. */
export function programNames<Name extends string, Namespace extends string>(
  name: Name,
  namespace: Namespace,
) {
  return {
    namespace,
    deployment: name,
    container: name,
    service: name,
    entryPoint: `/app/${name}.cjs`,
    uid: PROGRAM_UID,
    ...METRICS_HTTP,
  } as const;
}

/** The VerticalPodAutoscaler's operators; its webhook is reached under the Service's name. */
export const VPA = {
  namespace: NAMESPACES.vpa,
  webhookService: 'vpa-webhook',
  certificateSecret: 'vpa-tls-certs',
  certificateKeys: {
    authority: 'caCert.pem',
    certificate: 'serverCert.pem',
    privateKey: 'serverKey.pem',
  },
} as const;

/** The worker. */
export const WORKER = {
  ...programNames('worker', NAMESPACES.memeGenerator),
  scaledObject: 'worker',
  cpuScaler: 'worker-cpu',
  secret: 'meme-generator-secrets',
  secretTokenKey: 'HF_API_TOKEN',
} as const;

/** Reconciles the streams and the consumer; what needs them starts after it is ready. */
export const BOOTSTRAP = programNames('bootstrap', NAMESPACES.memeGenerator);

/** The page: a web server with the page's files, which passes WebSockets on to NATS. */
export const FRONTEND = {
  namespace: NAMESPACES.memeGenerator,
  deployment: 'frontend',
  container: 'frontend',
  service: 'frontend',
  autoscaler: 'frontend',
  port: 8080,
  portName: 'http',
  healthPath: '/healthz',
  /** TLS certificate of the Ingress. */
  certificateSecret: 'frontend-tls',
  /** WebSocket that ends at NATS. */
  natsPath: '/ws',
  uid: PROGRAM_UID,
} as const;

/** Prometheus: a Deployment with one Service. */
export const PROMETHEUS = {
  namespace: NAMESPACES.monitoring,
  deployment: 'prometheus',
  service: 'prometheus',
  port: 9090,
  portName: 'http',
  url: 'http://prometheus.monitoring.svc.cluster.local:9090',
  /** How often each target is asked. */
  scrapeInterval: '5s',
} as const;

/** Grafana: a Deployment with one Service, and the Secret with its administrator. */
export const GRAFANA = {
  namespace: NAMESPACES.monitoring,
  deployment: 'grafana',
  service: 'grafana',
  port: 3000,
  portName: 'http',
  adminSecret: 'grafana-admin',
  adminSecretKeys: { user: 'user', password: 'password' },
} as const;

/** KEDA's operator, which alone says how its scalers are; its names are those of the release. */
export const KEDA_OPERATOR = {
  namespace: NAMESPACES.keda,
  app: 'keda-operator',
  metricsPortName: 'http',
} as const;

/** The observer: it reads what is in these namespaces, and nothing else of the cluster. */
export const OBSERVER = {
  ...programNames('observer', NAMESPACES.monitoring),
  serviceAccount: 'observer',
  watchedNamespaces: [
    NAMESPACES.messaging,
    NAMESPACES.cache,
    NAMESPACES.memeGenerator,
    NAMESPACES.monitoring,
  ],
  /** Definitions of the kinds that it watches from when their operators are there. */
  watchedDefinitions: ['scaledobjects.keda.sh', 'verticalpodautoscalers.autoscaling.k8s.io'],
} as const;

/** The load generator: it waits for start requests, and the same program makes one load as a Job. */
export const LOAD = programNames('load', NAMESPACES.memeGenerator);

/** Lets browsers into NATS. */
export const AUTH_CALLOUT = {
  ...programNames('auth-callout', NAMESPACES.messaging),
  /** Key of its Secret, and variable, with the seed of the key that it signs with. */
  seedKey: 'AUTH_CALLOUT_SEED',
} as const;

/** kube-state-metrics: a Deployment with one Service; its own metrics are on the second port. */
export const KUBE_STATE_METRICS = {
  namespace: NAMESPACES.monitoring,
  deployment: 'kube-state-metrics',
  service: 'kube-state-metrics',
  host: 'kube-state-metrics.monitoring.svc.cluster.local',
  ports: { metrics: 8080, telemetry: 8081 },
  portNames: { metrics: 'http-metrics', telemetry: 'telemetry' },
} as const;
