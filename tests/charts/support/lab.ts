import { buildCharts } from '../../../charts';
import { type KubernetesObject } from '../../../charts/core/kubernetes-object';
import { type LabChart, type LabObject } from '../../../charts/core/lab-chart';
import { type LabProps } from '../../../charts/lab-props';
import { SERVICES } from '../../../charts/services';
import { LAB_SETTINGS } from '../../support/lab-settings';
import { kedaManifest, metricsServerManifest, vpaManifest } from './operator-manifests';

/** The lab as it is on a local cluster. */
export function labProps(changes: Partial<LabProps> = {}): LabProps {
  return {
    images: {
      keda: 'localhost/autoscaling-lab/keda:2.20.2',
      kedaMetricsApiserver: 'localhost/autoscaling-lab/keda-metrics-apiserver:2.20.2',
      kedaAdmissionWebhooks: 'localhost/autoscaling-lab/keda-admission-webhooks:2.20.2',
      vpaRecommender: 'localhost/autoscaling-lab/vpa-recommender:1.7.0',
      vpaUpdater: 'localhost/autoscaling-lab/vpa-updater:1.7.0',
      vpaAdmissionController: 'localhost/autoscaling-lab/vpa-admission-controller:1.7.0',
      metricsServer: 'localhost/autoscaling-lab/metrics-server:0.9.0',
      nats: 'localhost/autoscaling-lab/nats:2.14.9',
      redis: 'localhost/autoscaling-lab/redis:7.0.15',
      prometheus: 'localhost/autoscaling-lab/prometheus:3.13.5',
      kubeStateMetrics: 'localhost/autoscaling-lab/kube-state-metrics:2.18.0',
      services: Object.fromEntries(
        SERVICES.map(({ image: { folder } }) => [
          folder,
          `localhost/autoscaling-lab/${folder}:0123456789ab`,
        ]),
      ),
    },
    operatorManifests: {
      keda: kedaManifest(),
      vpa: vpaManifest(),
      metricsServer: metricsServerManifest(),
    },
    vpaCertificateSecret: 'vpa-tls-certs-1',
    ...LAB_SETTINGS,
    natsNodePort: 30422,
    prometheusNodePort: 30991,
    pageNodePort: 30080,
    ...changes,
  };
}

/** The lab's charts for changed properties. */
export function lab(changes: Partial<LabProps> = {}): LabChart[] {
  return buildCharts(labProps(changes));
}

/** The one object of a kind and name; fails where there is none, or more than one. */
export function find(
  charts: readonly LabChart[],
  kind: string,
  name: string | RegExp,
): KubernetesObject {
  return findObject(charts, kind, name).manifest;
}

/** See {@link find}, with path and dependencies. */
export function findObject(
  charts: readonly LabChart[],
  kind: string,
  name: string | RegExp,
): LabObject {
  const found = charts
    .flatMap(({ objects }) => objects)
    .filter(({ manifest }) => manifest.kind === kind && matches(manifest.metadata.name, name));
  if (found.length !== 1) throw new Error(`${found.length} objects ${kind} ${name}, expected one`);
  return found[0];
}

/** The chart of a name; fails where there is none. */
export function chartNamed(charts: readonly LabChart[], name: string): LabChart {
  const chart = charts.find((candidate) => candidate.name === name);
  if (chart === undefined) throw new Error(`no chart ${name}`);
  return chart;
}

/**
 * A copy of the charts in which one field of one object is changed by hand, as no chart would.
 *
 * @param field for example `spec.template.spec.containers.0.image`; its parents must exist
 * @param value undefined removes the field
 */
export function withField(
  charts: readonly LabChart[],
  path: string,
  field: string,
  value: unknown,
): LabChart[] {
  let changed = 0;
  const copy = charts.map((chart) => ({
    ...chart,
    objects: chart.objects.map((object) => {
      if (object.path !== path) return object;
      changed += 1;
      const manifest = structuredClone(object.manifest);
      setField(manifest, field.split('.'), value);
      return { ...object, manifest };
    }),
  }));
  if (changed !== 1) throw new Error(`${changed} objects at ${path}, expected one`);
  return copy;
}

/** A copy of the charts in which a chart depends on others. */
export function withDependencies(
  charts: readonly LabChart[],
  name: string,
  dependsOn: readonly string[],
): LabChart[] {
  chartNamed(charts, name);
  return charts.map((chart) => (chart.name === name ? { ...chart, dependsOn } : chart));
}

/** A copy of the charts in which a chart holds one more object. */
export function withMore(
  charts: readonly LabChart[],
  name: string,
  path: string,
  manifest: KubernetesObject,
): LabChart[] {
  chartNamed(charts, name);
  return charts.map((chart) =>
    chart.name === name
      ? { ...chart, objects: [...chart.objects, { path, manifest, dependsOn: [] }] }
      : chart,
  );
}

function setField(parent: object, [key, ...rest]: string[], value: unknown): void {
  if (rest.length > 0) return setField(Reflect.get(parent, key), rest, value);
  if (value === undefined) Reflect.deleteProperty(parent, key);
  else Reflect.set(parent, key, value);
}

function matches(text: string, name: string | RegExp): boolean {
  return typeof name === 'string' ? text === name : name.test(text);
}
