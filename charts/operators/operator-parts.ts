import { NAMESPACES } from '../../workloads/protocol/names';
import { type LabPart } from '../core/lab-part';
import { Keda } from './keda';
import { MetricsServer } from './metrics-server';
import { Vpa } from './vpa';

const METRICS_SERVER: LabPart = {
  id: 'MetricsServer',
  group: 'operators',
  upstream: true,
  chart: (scope, { operatorManifests, images, kubeletInsecureTls }) => {
    const manifest = operatorManifests.metricsServer;
    if (manifest === undefined) return undefined;
    const image = images.metricsServer;
    if (image === undefined) {
      throw new Error(
        '"images.metricsServer" is missing while "operatorManifests.metricsServer" is given; ' +
          'give the image to run it from, or leave the manifest out where the cluster has a metrics-server',
      );
    }
    return new MetricsServer(scope, 'MetricsServer', { manifest, image, kubeletInsecureTls });
  },
};

const KEDA: LabPart = {
  id: 'Keda',
  group: 'operators',
  dependsOn: ['Namespaces'],
  upstream: true,
  chart: (scope, { operatorManifests, images }) =>
    new Keda(scope, 'Keda', {
      manifest: operatorManifests.keda,
      operatorImage: images.keda,
      metricsApiserverImage: images.kedaMetricsApiserver,
      admissionWebhooksImage: images.kedaAdmissionWebhooks,
    }),
};

const VPA: LabPart = {
  id: 'Vpa',
  group: 'operators',
  dependsOn: ['Namespaces'],
  upstream: true,
  secrets: ({ vpaCertificateSecret: name }) => [{ namespace: NAMESPACES.vpa, name }],
  chart: (scope, { operatorManifests, images, vpaCertificateSecret }) =>
    new Vpa(scope, 'Vpa', {
      manifest: operatorManifests.vpa,
      recommenderImage: images.vpaRecommender,
      updaterImage: images.vpaUpdater,
      admissionControllerImage: images.vpaAdmissionController,
      certificateSecret: vpaCertificateSecret,
    }),
};

/** The upstream operators, and what serves the metrics that they scale on. */
export const OPERATOR_PARTS: readonly LabPart[] = [METRICS_SERVER, KEDA, VPA];
