import { type ChartSettings } from './chart-settings';

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

/** Everything that the charts need to know, as plain values: the settings, and what a stack does not set. */
export interface LabProps extends ChartSettings {
  readonly images: LabImages;
  readonly operatorManifests: OperatorManifests;

  /** Name of the Secret with the certificate of the VerticalPodAutoscaler's webhook, in its namespace. */
  readonly vpaCertificateSecret: string;

  /** Let metrics-server accept kubelet certificates that the cluster's CA did not sign: local clusters only. */
  readonly kubeletInsecureTls: boolean;

  /**
   * Name of the Secret that holds the Hugging Face token, in the worker's namespace. The charts never see the token.
   *
   * @default - no token: the worker draws the memes itself
   */
  readonly tokenSecret?: string;

  /**
   * Node port of Prometheus, which asks for no password. Allowed: 30000 to 32767.
   *
   * @default - Prometheus is not published
   */
  readonly prometheusNodePort?: number;
}
