import {
  IMAGE_BUILDERS,
  type ImageBuilderName,
  type ImageComponent,
  type ImageLoaderName,
} from '../config/deployment-settings';
import { IMAGE_VERSIONS, OPERATOR_VERSIONS } from '../release/versions';
import type { WorkloadName } from './workloads';

/** Every image but those that are built from this project. */
export type ReleasedImages = Readonly<
  Record<Exclude<ImageComponent, WorkloadName | 'grafana'>, string>
> & {
  /** Absent where the cluster has no image of it. */
  readonly grafana?: string;
};

/** Base images that were made on this machine, by a name that changes with what is in them. */
export type LocalBases = Readonly<Partial<Record<'node' | 'nginx', string>>>;

/** Where images live that no registry serves. */
export const UNSERVED_REPOSITORY = 'localhost/autoscaling-lab';

const PUBLISHED: ReleasedImages = {
  keda: `ghcr.io/kedacore/keda:${OPERATOR_VERSIONS.keda}`,
  'keda-metrics-apiserver': `ghcr.io/kedacore/keda-metrics-apiserver:${OPERATOR_VERSIONS.keda}`,
  'keda-admission-webhooks': `ghcr.io/kedacore/keda-admission-webhooks:${OPERATOR_VERSIONS.keda}`,
  'vpa-recommender': `registry.k8s.io/autoscaling/vpa-recommender:${OPERATOR_VERSIONS.vpa}`,
  'vpa-updater': `registry.k8s.io/autoscaling/vpa-updater:${OPERATOR_VERSIONS.vpa}`,
  'vpa-admission-controller': `registry.k8s.io/autoscaling/vpa-admission-controller:${OPERATOR_VERSIONS.vpa}`,
  'metrics-server': `registry.k8s.io/metrics-server/metrics-server:v${OPERATOR_VERSIONS.metricsServer}`,
  nats: 'docker.io/library/nats:2.14.9-alpine',
  redis: 'docker.io/library/redis:7.4.2',
  prometheus: `quay.io/prometheus/prometheus:v${IMAGE_VERSIONS.prometheus}`,
  'kube-state-metrics': `registry.k8s.io/kube-state-metrics/kube-state-metrics:v${IMAGE_VERSIONS.kubeStateMetrics}`,
  grafana: `docker.io/grafana/grafana:${IMAGE_VERSIONS.grafana}`,
  node: 'docker.io/library/node:20.20.2-bookworm-slim',
  nginx: 'docker.io/nginxinc/nginx-unprivileged:1.28.0-alpine',
};

// the local cluster reaches no registry: it carries what it runs, built from the same releases
const CARRIED: ReleasedImages = {
  keda: carried('keda', OPERATOR_VERSIONS.keda),
  'keda-metrics-apiserver': carried('keda-metrics-apiserver', OPERATOR_VERSIONS.keda),
  'keda-admission-webhooks': carried('keda-admission-webhooks', OPERATOR_VERSIONS.keda),
  'vpa-recommender': carried('vpa-recommender', OPERATOR_VERSIONS.vpa),
  'vpa-updater': carried('vpa-updater', OPERATOR_VERSIONS.vpa),
  'vpa-admission-controller': carried('vpa-admission-controller', OPERATOR_VERSIONS.vpa),
  'metrics-server': carried('metrics-server', OPERATOR_VERSIONS.metricsServer),
  nats: carried('nats', '2.14.9'),
  redis: carried('redis', '7.0.15'),
  prometheus: carried('prometheus', IMAGE_VERSIONS.prometheus),
  'kube-state-metrics': carried('kube-state-metrics', IMAGE_VERSIONS.kubeStateMetrics),
  node: carried('node', '20'),
  nginx: carried('nginx', '1.22'),
};

/**
 * The image of each component: the stack's own choice, otherwise what fits the cluster.
 *
 * @param localBases taken on the local cluster only
 */
export function releasedImages(
  loader: ImageLoaderName,
  overrides: Readonly<Partial<Record<ImageComponent, string>>>,
  localBases: LocalBases = {},
): ReleasedImages {
  const released = loader === 'local' ? { ...CARRIED, ...localBases } : PUBLISHED;
  return { ...released, ...overrides };
}

/** Builders in the order to try them; buildah's store is where the local cluster's base image is. */
export function builderOrder(loader: ImageLoaderName): readonly ImageBuilderName[] {
  return loader === 'local' ? ['buildah', 'podman', 'docker'] : IMAGE_BUILDERS;
}

function carried(component: string, version: string): string {
  return `${UNSERVED_REPOSITORY}/${component}:${version}`;
}
