import { find, lab, labProps } from '../support/lab';
import { metricsServerManifest } from '../support/operator-manifests';

const INSECURE_TLS = '--kubelet-insecure-tls';

function container(charts = lab()) {
  const { spec } = find(charts, 'Deployment', 'metrics-server');
  const { template } = spec as { template: { spec: { containers: [{ args: string[] }] } } };
  return template.spec.containers[0];
}

test('runs from the image of the settings', () => {
  expect(container()).toMatchObject({
    image: 'localhost/autoscaling-lab/metrics-server:0.9.0',
    imagePullPolicy: 'IfNotPresent',
  });
});

test('trusts every kubelet on a local cluster only', () => {
  expect(container().args).toEqual(['--cert-dir=/tmp', INSECURE_TLS]);
  expect(container(lab({ kubeletInsecureTls: false })).args).toEqual(['--cert-dir=/tmp']);
});

test('drops a trust in every kubelet that the manifest came with', () => {
  const { keda, vpa } = labProps().operatorManifests;
  const metricsServer = metricsServerManifest(['--cert-dir=/tmp', INSECURE_TLS]);
  const charts = lab({
    kubeletInsecureTls: false,
    operatorManifests: { keda, vpa, metricsServer },
  });

  expect(container(charts).args).toEqual(['--cert-dir=/tmp']);
});
