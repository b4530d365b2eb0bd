import { find, lab } from './support/lab';

const scaler = () => find(lab(), 'ScaledObject', 'worker');

test('scales the worker from and to zero on the lag of its consumer', () => {
  expect(scaler()).toMatchObject({
    metadata: { namespace: 'meme-generator' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'worker' },
      minReplicaCount: 0,
      maxReplicaCount: 10,
      pollingInterval: 1,
      cooldownPeriod: 30,
      triggers: [
        {
          type: 'nats-jetstream',
          metadata: {
            natsServerMonitoringEndpoint: 'nats.messaging.svc.cluster.local:8222',
            account: '$G',
            stream: 'MEMES',
            consumer: 'meme-generator',
            lagThreshold: '5',
            activationLagThreshold: '0',
          },
        },
      ],
    },
  });
});

test('reaches the maximum at one look of the HPA, whatever the maximum', () => {
  const charts = lab({ maxReplicas: 40 });

  expect(find(charts, 'ScaledObject', 'worker')).toHaveProperty(
    'spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleUp',
    { stabilizationWindowSeconds: 0, policies: [{ type: 'Pods', value: 40, periodSeconds: 15 }] },
  );
});

test('shrinks on the same clock as it goes to zero', () => {
  expect(scaler()).toMatchObject({
    spec: {
      advanced: {
        horizontalPodAutoscalerConfig: {
          behavior: { scaleDown: { stabilizationWindowSeconds: 30 } },
        },
      },
    },
  });
});

test('has no fallback: a restart of the queue wakes nobody', () => {
  expect(scaler()).not.toHaveProperty('spec.fallback');
});

test.each([
  ['pollingInterval', -1, 'it must be a number of at least 0'],
  ['pollingInterval', 0, 'it must be a whole number of at least 1'],
  ['cooldownPeriod', -1, 'it must be a number of at least 0'],
  ['cooldownPeriod', 30.5, 'it must be a whole number of at least 0'],
])('fails when %s is %d', (field, value, allowed) => {
  expect(() => lab({ [field]: value })).toThrow(`"${field}" is ${value}; ${allowed}`);
});
