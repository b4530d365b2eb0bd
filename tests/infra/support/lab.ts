import { buildCharts } from '../../../charts/index';
import type { LabChart } from '../../../charts/core/lab-chart';
import type { LabProps } from '../../../charts/lab-props';
import { WORKLOAD_NAMES, type WorkloadName } from '../../../infra/images/workloads';
import { tokenSecretName } from '../../../infra/secrets/token-secret';
import { NAMESPACES } from '../../../workloads/protocol/names';
import { LAB_SETTINGS } from '../../support/lab-settings';

export const WORKLOAD_IMAGES = Object.fromEntries(
  WORKLOAD_NAMES.map((name) => [name, `localhost/autoscaling-lab/${name}:0123456789abcdef`]),
) as Readonly<Record<WorkloadName, string>>;

export const VPA_SECRET = 'vpa-tls-certs-1';

export const TOKEN_SECRET = tokenSecretName('hf_token');

/** The charts of a small lab; the operators' manifests are reduced to what matters to a release. */
export function labCharts(overrides: Partial<LabProps> = {}): LabChart[] {
  return buildCharts({
    images: {
      keda: 'keda:2.20.2',
      kedaMetricsApiserver: 'adapter:2.20.2',
      kedaAdmissionWebhooks: 'webhooks:2.20.2',
      vpaRecommender: 'vpa-recommender:1.7.0',
      vpaUpdater: 'vpa-updater:1.7.0',
      vpaAdmissionController: 'vpa-admission-controller:1.7.0',
      metricsServer: 'metrics-server:v0.9.0',
      nats: 'nats:2.14.9',
      redis: 'redis:7.0.15',
      services: WORKLOAD_IMAGES,
      prometheus: 'prometheus:v3.13.5',
      kubeStateMetrics: 'kube-state-metrics:v2.18.0',
      grafana: 'grafana:12.2.1',
    },
    operatorManifests: { keda: kedaManifest(), vpa: vpaManifest() },
    vpaCertificateSecret: VPA_SECRET,
    ...LAB_SETTINGS,
    natsTls: true,
    tokenSecret: TOKEN_SECRET,
    ...overrides,
  });
}

const object = (apiVersion: string, kind: string, name: string, rest: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name, namespace: NAMESPACES.keda },
  ...rest,
});

const deployment = (name: string, container: string) =>
  object('apps/v1', 'Deployment', name, {
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: container, image: 'upstream:main' }] },
      },
    },
    status: {},
  });

/** Objects of the kinds and names that a KEDA release has. */
export function kedaManifest(): object[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACES.keda } },
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'scaledobjects.keda.sh' },
      spec: { group: 'keda.sh', names: { kind: 'ScaledObject', plural: 'scaledobjects' } },
      status: { conditions: [] },
    },
    object('v1', 'Service', 'keda-admission-webhooks', {
      spec: { selector: { app: 'keda-admission' } },
    }),
    deployment('keda-operator', 'keda-operator'),
    deployment('keda-metrics-apiserver', 'keda-metrics-apiserver'),
    deployment('keda-admission', 'keda-admission-webhooks'),
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1beta1.external.metrics.k8s.io' },
      spec: { group: 'external.metrics.k8s.io', version: 'v1beta1' },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'keda-admission' },
      webhooks: [{ name: 'vscaledobject.kb.io', clientConfig: {} }],
    },
  ];
}

/** Objects of the kinds and names that a release of the VerticalPodAutoscaler has. */
export function vpaManifest(): object[] {
  const workloads = ['recommender', 'updater', 'admission-controller'].map((name) => ({
    ...deployment(`vpa-${name}`, name),
    metadata: { name: `vpa-${name}`, namespace: NAMESPACES.kubeSystem },
  }));
  return [
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'verticalpodautoscalers.autoscaling.k8s.io' },
      spec: { group: 'autoscaling.k8s.io', names: { kind: 'VerticalPodAutoscaler' } },
    },
    ...workloads,
  ];
}
