import { CHART_SETTINGS } from '../../charts/chart-settings';
import { pick } from '../../charts/core/setting-group';
import type { LabProps } from '../../charts/lab-props';
import { VPA } from '../../workloads/protocol/names';
import type { Cluster } from '../cluster/cluster';
import type { ImageLoaderName } from '../config/deployment-settings';
import type { StackConfig } from '../config/settings';
import { isLocalCluster } from '../images/image-loaders/select';
import type { ReleasedImages } from '../images/images';
import { RELEASE_MANIFESTS, readManifest } from './operator-manifests';
import { UserError } from '../user-error';
import type { WorkloadReferences } from '../images/workload-builds';

/** What the charts are built from, once it is known. */
export interface LabInputs {
  readonly settings: StackConfig;
  readonly cluster: Cluster;
  readonly loader: ImageLoaderName;
  readonly images: ReleasedImages;
  readonly workloads: WorkloadReferences;
}

/** Port of the local cluster's node that its host publishes as 127.0.0.1:4222. */
export const LOCAL_NATS_NODE_PORT = 30422;

/** Port of the local cluster's node that its host publishes as 127.0.0.1:9091. */
export const LOCAL_PROMETHEUS_NODE_PORT = 30991;
/** See {@link LOCAL_PROMETHEUS_NODE_PORT}. */
export const LOCAL_PROMETHEUS_PORT = 9091;
/** Port of the local cluster's node that its host publishes as 127.0.0.1:8080. */
export const LOCAL_PAGE_NODE_PORT = 30080;

/**
 * Reads the operators' manifests and makes the properties of the charts.
 *
 * @throws UserError where a manifest cannot be read, or a setting needs what the cluster does not have
 */
export async function labProps(inputs: LabInputs): Promise<LabProps> {
  const { settings, cluster, loader, images, workloads } = inputs;
  if (settings.monitoring === 'operator' && !cluster.hasPrometheusOperator) {
    throw new UserError(
      `"monitoring": got "operator", but the cluster of context "${cluster.context}" does not know ` +
        'PodMonitor of "monitoring.coreos.com"; install kube-prometheus-stack, or set it to lab or none',
    );
  }
  const [keda, vpa, metricsServer] = await Promise.all([
    readManifest(RELEASE_MANIFESTS.keda, settings.manifestMirror),
    readManifest(RELEASE_MANIFESTS.vpa, settings.manifestMirror),
    cluster.hasOwnMetricsServer
      ? undefined
      : readManifest(RELEASE_MANIFESTS.metricsServer, settings.manifestMirror),
  ]);
  const local = loader === 'local';
  const natsNodePort = settings.natsNodePort ?? (local ? LOCAL_NATS_NODE_PORT : undefined);
  const pageNodePort = settings.pageNodePort ?? (local ? LOCAL_PAGE_NODE_PORT : undefined);
  return {
    ...pick(CHART_SETTINGS, settings),
    ...(natsNodePort !== undefined && { natsNodePort }),
    ...(pageNodePort !== undefined && { pageNodePort }),
    images: {
      keda: images.keda,
      kedaMetricsApiserver: images['keda-metrics-apiserver'],
      kedaAdmissionWebhooks: images['keda-admission-webhooks'],
      vpaRecommender: images['vpa-recommender'],
      vpaUpdater: images['vpa-updater'],
      vpaAdmissionController: images['vpa-admission-controller'],
      metricsServer: images['metrics-server'],
      nats: images.nats,
      redis: images.redis,
      prometheus: images.prometheus,
      kubeStateMetrics: images['kube-state-metrics'],
      ...(images.grafana !== undefined && { grafana: images.grafana }),
      services: workloads,
    },
    operatorManifests: { keda, vpa, ...(metricsServer && { metricsServer }) },
    vpaCertificateSecret: `${VPA.certificateSecret}-${settings.secretRotation}`,
    kubeletInsecureTls: isLocalCluster(loader, cluster.context),
    ...(local && { prometheusNodePort: LOCAL_PROMETHEUS_NODE_PORT }),
    ...(settings.tokenSecret !== undefined && { tokenSecret: settings.tokenSecret }),
  };
}
