import { App, Chart, Duration } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-28';
import { ScaledObject, type ScaledObjectProps } from '../../../charts/constructs/scaled-object';
import { ScaledObjectTrigger } from '../../../charts/constructs/scaled-object-trigger';
import { ScalingPolicy } from '../../../charts/constructs/scaling-rules';

const TRIGGER = {
  monitoringEndpoint: 'nats-headless.queue.svc.cluster.local:8222',
  stream: 'ORDERS',
  consumer: 'packer',
  lagThreshold: 3,
};

function chartWith(changes: Partial<ScaledObjectProps> = {}, replicas?: number) {
  const chart = new Chart(new App(), 'Shop', { namespace: 'shop' });
  const target = new Deployment(chart, 'Packer', {
    metadata: { name: 'packer' },
    replicas,
    containers: [{ image: 'packer:1.0.0' }],
  });
  const add = (id: string) =>
    new ScaledObject(chart, id, {
      metadata: { name: 'packer' },
      target,
      triggers: [ScaledObjectTrigger.natsJetStream(TRIGGER)],
      ...changes,
    });
  return { chart, add };
}

function render(changes: Partial<ScaledObjectProps> = {}) {
  const { chart, add } = chartWith(changes);
  add('Scaler');
  const objects = chart.toJson();
  return {
    kinds: objects.map(({ kind }) => kind),
    scaler: objects.find(({ kind }) => kind === 'ScaledObject'),
    target: objects.find(({ kind }) => kind === 'Deployment'),
  };
}

test('states every default of KEDA', () => {
  expect(render().scaler.spec).toEqual({
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'packer' },
    minReplicaCount: 0,
    maxReplicaCount: 100,
    pollingInterval: 30,
    cooldownPeriod: 300,
    initialCooldownPeriod: 0,
    triggers: [
      {
        type: 'nats-jetstream',
        metadata: {
          natsServerMonitoringEndpoint: TRIGGER.monitoringEndpoint,
          account: '$G',
          stream: 'ORDERS',
          consumer: 'packer',
          lagThreshold: '3',
          activationLagThreshold: '0',
          useHttps: 'false',
        },
      },
    ],
  });
});

test('reads the lag over HTTPS where it is told so', () => {
  const { scaler } = render({
    triggers: [ScaledObjectTrigger.natsJetStream({ ...TRIGGER, useHttps: true })],
  });

  expect(scaler).toHaveProperty('spec.triggers.0.metadata.useHttps', 'true');
});

test('takes the replicas out of its target and comes after it', () => {
  const { kinds, target } = render();

  expect(target).not.toHaveProperty('spec.replicas');
  expect(kinds).toEqual(['Deployment', 'ScaledObject']);
});

test('renders behaviour and fallback where they are given', () => {
  const { scaler } = render({
    scaleUp: { policies: [ScalingPolicy.pods(4, Duration.seconds(15))] },
    scaleDown: {
      stabilizationWindow: Duration.minutes(1),
      policies: [ScalingPolicy.percent(50, Duration.minutes(1))],
    },
    fallback: { failureThreshold: 3, replicas: 1 },
  });

  expect(scaler.spec.fallback).toEqual({ failureThreshold: 3, replicas: 1 });
  expect(scaler.spec.advanced.horizontalPodAutoscalerConfig.behavior).toEqual({
    scaleUp: { policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }] },
    scaleDown: {
      stabilizationWindowSeconds: 60,
      policies: [{ type: 'Percent', value: 50, periodSeconds: 60 }],
    },
  });
});

test('fails when the target has a scaler already', () => {
  const { add } = chartWith();
  add('Scaler');

  expect(() => add('Another')).toThrow(
    '"target" of the scaled object "packer" is Shop/Packer, which has an autoscaler already',
  );
});

test('fails when the target fixes its replicas', () => {
  const { add } = chartWith({}, 2);

  expect(() => add('Scaler')).toThrow(
    '"target" of the scaled object "packer" is Shop/Packer, which fixes "replicas" to 2',
  );
});

test('fails when it is in another namespace than its target', () => {
  expect(() => render({ metadata: { name: 'packer', namespace: 'keda' } })).toThrow(
    '"metadata.namespace" of the scaled object "packer" is "keda" and its target is in "shop"',
  );
});

const policy = (value: number, seconds: number) => () =>
  ScalingPolicy.pods(value, Duration.seconds(seconds));
const trigger = (changes: object) => () =>
  ScaledObjectTrigger.natsJetStream({ ...TRIGGER, ...changes });
const scaled = (changes: Partial<ScaledObjectProps>) => () => render(changes);

test.each<[string, () => unknown, string]>([
  ['the minimum is negative', scaled({ minReplicas: -1 }), '"minReplicas" is -1; it must be'],
  ['the maximum is zero', scaled({ maxReplicas: 0 }), '"maxReplicas" is 0; it must be'],
  [
    'the minimum is above the maximum',
    scaled({ minReplicas: 5, maxReplicas: 4 }),
    '"minReplicas" is 5 and "maxReplicas" is 4; the minimum must not',
  ],
  [
    'the polling interval is zero',
    scaled({ pollingInterval: Duration.seconds(0) }),
    '"pollingInterval" is 0; it must be a whole number of at least 1',
  ],
  [
    'the cooldown is not a whole number',
    scaled({ cooldownPeriod: Duration.seconds(1.5) }),
    '"cooldownPeriod" is 1.5; it must be a whole number of at least 0',
  ],
  [
    'the initial cooldown is not a whole number',
    scaled({ initialCooldownPeriod: Duration.seconds(0.5) }),
    '"initialCooldownPeriod" is 0.5; it must be',
  ],
  ['there is no trigger', scaled({ triggers: [] }), '"triggers" is an empty list; give at least'],
  [
    'the name leaves no room for the prefix',
    scaled({ metadata: { name: 'n'.repeat(55) } }),
    '(55 characters); at most 54 are allowed because KEDA puts "keda-hpa-" before it',
  ],
  [
    'the fallback has no threshold',
    scaled({ fallback: { failureThreshold: 0, replicas: 1 } }),
    '"fallback.failureThreshold" is 0; it must be',
  ],
  [
    'the fallback has negative replicas',
    scaled({ fallback: { failureThreshold: 1, replicas: -1 } }),
    '"fallback.replicas" is -1; it must be',
  ],
  [
    'the stabilisation window is too long',
    scaled({ scaleDown: { stabilizationWindow: Duration.hours(2) } }),
    '"scaleDown.stabilizationWindow" is 7200; it must be a whole number from 0 to 3600',
  ],
  [
    'a direction has an empty list of policies',
    scaled({ scaleUp: { policies: [] } }),
    '"scaleUp.policies" is an empty list; give at least one policy',
  ],
  ['a policy allows nothing', policy(0, 15), '"value" is 0; it must be'],
  ['the period of a policy is too long', policy(1, 1801), '"period" is 1801; it must be'],
  [
    'the endpoint has a scheme',
    trigger({ monitoringEndpoint: 'http://nats:8222' }),
    '"monitoringEndpoint" is "http://nats:8222"; it must be host:port without a scheme',
  ],
  ['no stream is named', trigger({ stream: '' }), '"stream" is empty; name the stream'],
  ['the threshold is zero', trigger({ lagThreshold: 0 }), '"lagThreshold" is 0; it must be'],
  [
    'the activation threshold is negative',
    trigger({ activationLagThreshold: -1 }),
    '"activationLagThreshold" is -1; it must be',
  ],
])('fails when %s', (_case, make, message) => {
  expect(make).toThrow(message);
});
