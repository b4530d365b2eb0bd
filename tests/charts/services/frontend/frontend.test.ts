import { find, lab } from '../../support/lab';

interface Hpa {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly metrics: readonly { readonly resource: { name: string; target: object } }[];
  readonly behavior: Record<'scaleUp' | 'scaleDown', { stabilizationWindowSeconds: number }>;
}

const scaler = (changes = {}) =>
  find(lab(changes), 'HorizontalPodAutoscaler', 'frontend').spec as Hpa;

test('the page scales on CPU and memory, up at once and down after five minutes', () => {
  const { minReplicas, maxReplicas, metrics, behavior } = scaler();
  expect([minReplicas, maxReplicas]).toEqual([1, 5]);
  expect(metrics.map(({ resource: { name, target } }) => [name, target])).toEqual([
    ['cpu', { type: 'Utilization', averageUtilization: 30 }],
    ['memory', { type: 'Utilization', averageUtilization: 50 }],
  ]);
  expect(behavior.scaleUp.stabilizationWindowSeconds).toBe(0);
  expect(behavior.scaleDown.stabilizationWindowSeconds).toBe(300);
});

test('how soon the page shrinks is a setting', () => {
  const { behavior } = scaler({ frontendScaleDownWindow: 30 });
  expect(behavior.scaleDown.stabilizationWindowSeconds).toBe(30);
});

test('the HPA alone decides the replicas, from requests that its percentages refer to', () => {
  const deployment = find(lab(), 'Deployment', 'frontend');
  expect(deployment.spec).not.toHaveProperty('replicas');
  expect(deployment).toMatchObject({
    spec: {
      template: {
        spec: {
          containers: [
            {
              resources: {
                requests: { cpu: '10m', memory: '64Mi' },
                limits: { cpu: '100m', memory: '128Mi' },
              },
              env: [{ name: 'NATS_WEBSOCKET', value: 'nats.messaging.svc.cluster.local:8080' }],
            },
          ],
        },
      },
    },
  });
});

test('the page is published on a node port only where one is given', () => {
  const inside = find(lab({ pageNodePort: undefined }), 'Service', 'frontend');
  expect(inside).toMatchObject({ spec: { type: 'ClusterIP', ports: [{ port: 8080 }] } });
  const published = find(lab({ pageNodePort: 30080 }), 'Service', 'frontend');
  expect(published).toMatchObject({ spec: { type: 'NodePort', ports: [{ nodePort: 30080 }] } });
});

test('an Ingress is made only for a name', () => {
  const kinds = (changes: object) =>
    lab(changes).flatMap(({ objects }) => objects.map(({ manifest }) => manifest.kind));
  expect(kinds({})).not.toContain('Ingress');
  const ingress = find(lab({ ingressHost: 'memes.example.com' }), 'Ingress', 'frontend');
  expect(ingress).toMatchObject({
    spec: {
      rules: [
        {
          host: 'memes.example.com',
          http: { paths: [{ path: '/', pathType: 'Prefix' }] },
        },
      ],
    },
  });
});

test('fails where the node port or the window is out of bounds', () => {
  expect(() => lab({ pageNodePort: 80 })).toThrow(
    '"pageNodePort" is 80; it must be a whole number from 30000 to 32767: ' +
      'this is the range that Kubernetes gives to node ports',
  );
  expect(() => lab({ frontendScaleDownWindow: 3601 })).toThrow(
    '"frontendScaleDownWindow" is 3601; it must be a whole number from 0 to 3600: ',
  );
});
