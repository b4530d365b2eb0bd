import { type ScalingMode } from '../workloads/protocol/scaling-mode';

/** The image references of everything that the charts start; never a mutable tag. */
export interface LabImages {
  readonly keda: string;
  readonly kedaMetricsApiserver: string;
  readonly kedaAdmissionWebhooks: string;
  readonly vpaRecommender: string;
  readonly vpaUpdater: string;
  readonly vpaAdmissionController: string;
  /** Needed where `operatorManifests.metricsServer` is given. */
  readonly metricsServer?: string;
  readonly nats: string;
  readonly redis: string;
  readonly prometheus: string;
  readonly kubeStateMetrics: string;
  /**
   * @default - Grafana is left out: a cluster without a registry has no image of it
   */
  readonly grafana?: string;
  /** The images of this project, by their folders below `workloads/`. */
  readonly services: Readonly<Record<string, string>>;
}

/** The documents of the upstream release manifests, parsed and otherwise untouched. */
export interface OperatorManifests {
  readonly keda: readonly object[];
  readonly vpa: readonly object[];
  /**
   * @default - no metrics-server is installed: the cluster has one
   */
  readonly metricsServer?: readonly object[];
}

/** Everything that the charts need to know, as plain values. */
export interface LabProps {
  readonly images: LabImages;
  readonly operatorManifests: OperatorManifests;

  /** Name of the Secret with the certificate of the VerticalPodAutoscaler's webhook, in its namespace. */
  readonly vpaCertificateSecret: string;

  /** Let metrics-server accept kubelet certificates that the cluster's CA did not sign: local clusters only. */
  readonly kubeletInsecureTls: boolean;

  /** What scales the worker. */
  readonly scalingMode: ScalingMode;
  /** Time in which the mode `kpi` wants the queue to be empty, in seconds. Minimum: 1. */
  readonly drainTarget: number;
  /** Fewest workers. Minimum: 0. */
  readonly minReplicas: number;
  /** Most workers. Minimum: 1. */
  readonly maxReplicas: number;
  /** Requests in the queue for each worker. Minimum: 1. */
  readonly lagThreshold: number;
  /** The worker leaves zero when MORE requests than this wait. Minimum: 0. */
  readonly activationLagThreshold: number;
  /** How often KEDA reads the queue, in seconds. Minimum: 1. */
  readonly pollingInterval: number;
  /** How long the queue must be empty before the last worker goes, in seconds; more than the consumer's ack wait. */
  readonly cooldownPeriod: number;

  /** Memes that one worker makes at a time. Allowed: 1 to 100. */
  readonly workerConcurrency: number;
  /** Least time that the local generator takes for one meme, in seconds. Allowed: 0 to 600. */
  readonly workerSecondsPerMeme: number;
  /** How long a meme stays in the cache, in seconds; 0 turns the cache off. Allowed: 0 to 30 days. */
  readonly cacheTtl: number;
  /** Whether workers also take requests straight from their publishers. */
  readonly coreNats: boolean;
  /** Requests per minute and client over all workers; 0 for no limit. Allowed: 0 to 1000000. */
  readonly rateLimitPerMinute: number;
  /**
   * Words or phrases, separated by commas, that no prompt may hold; `none` for no such words.
   *
   * @default - the worker's own list
   */
  readonly promptDenyList?: string;
  /**
   * Receiver of the worker's traces over OTLP/HTTP.
   *
   * @default - no traces are made
   */
  readonly otlpEndpoint?: string;
  /**
   * Name of the Secret that holds the Hugging Face token, in the worker's namespace. The charts never see the token.
   *
   * @default - no token: the worker draws the memes itself
   */
  readonly tokenSecret?: string;

  /** Number of the generated secrets in use: pods start anew where it changes. Minimum: 0. */
  readonly secretRotation: number;

  /** NATS servers, and copies of each stream. Allowed: 1, 3, 5. */
  readonly natsReplicas: number;
  /** Whether NATS takes its clients, and its servers each other, over TLS alone. */
  readonly natsTls: boolean;
  /** Whether only the connections that the lab needs are allowed to and from its own pods. */
  readonly networkPolicies: boolean;
  /** Whether what the lab's own namespaces may use is bounded. */
  readonly resourceQuotas: boolean;
  /** Size of the NATS volume, for example `2Gi`. Minimum: 1Gi. */
  readonly natsStorage: string;
  /**
   * Node port on which NATS takes clients from outside the cluster. Allowed: 30000 to 32767.
   *
   * @default - NATS is not published
   */
  readonly natsNodePort?: number;

  /**
   * Size of the volume that Redis keeps its data on, for example `1Gi`.
   *
   * @default - Redis keeps nothing over a restart
   */
  readonly redisStorage?: string;

  /**
   * `lab` runs a Prometheus of the lab's own with kube-state-metrics and Grafana; `operator` tells the
   * one of a cluster with kube-prometheus-stack what to scrape; `none` does neither.
   */
  readonly monitoring: 'lab' | 'operator' | 'none';
  /** Helm release of the cluster's kube-prometheus-stack, where `monitoring` is `operator`. */
  readonly prometheusRelease: string;
  /** Who may look at the lab's own Grafana: everybody who reaches it, who logs in, or nobody. */
  readonly grafana: 'anonymous' | 'login' | 'none';
  /**
   * Node port of Prometheus, which asks for no password. Allowed: 30000 to 32767.
   *
   * @default - Prometheus is not published
   */
  readonly prometheusNodePort?: number;
  /** How long the page must need fewer replicas before it loses one, in seconds. Allowed: 0 to 1 hour. */
  readonly frontendScaleDownWindow: number;
  /**
   * Node port on which the page is served outside the cluster. Allowed: 30000 to 32767.
   *
   * @default - the page is not published on the nodes
   */
  readonly pageNodePort?: number;
  /**
   * cert-manager ClusterIssuer of the certificate for `ingressHost`.
   *
   * @default - somebody else makes the certificate's Secret
   */
  readonly ingressIssuer?: string;
  /**
   * DNS name under which an Ingress publishes the page.
   *
   * @default - no Ingress
   */
  readonly ingressHost?: string;
}
