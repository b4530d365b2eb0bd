import {
  hpaState,
  scaledObjectState,
  vpaState,
} from '../../../workloads/observer/autoscaler-state';
import {
  type Condition,
  type HorizontalPodAutoscaler,
  type ScaledObject,
  type Workload,
} from '../../../workloads/observer/kube-objects';
import { type QueueState } from '../../../workloads/protocol/lab-state';
import { CONSUMER } from '../../../workloads/protocol/streams';
import { queueOf } from '../../support/queue-state';

const METRIC = 's0-nats-jetstream-MEMES';

const hpa = (conditions: readonly Condition[]): HorizontalPodAutoscaler => ({
  metadata: {
    name: 'keda-hpa-worker',
    namespace: 'meme-generator',
    labels: { 'scaledobject.keda.sh/name': 'worker' },
  },
  spec: {
    scaleTargetRef: { kind: 'Deployment', name: 'worker' },
    minReplicas: 1,
    maxReplicas: 10,
    metrics: [
      {
        type: 'External',
        external: {
          metric: { name: METRIC },
          target: { type: 'AverageValue', averageValue: '5' },
        },
      },
    ],
  },
  status: {
    currentReplicas: 4,
    desiredReplicas: 8,
    currentMetrics: [
      {
        type: 'External',
        external: { metric: { name: METRIC }, current: { value: '0', averageValue: '7500m' } },
      },
    ],
    conditions,
  },
});

const ABLE = { type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale' };
const ACTIVE = { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound' };
const WITHIN = { type: 'ScalingLimited', status: 'False', reason: 'DesiredWithinRange' };

const HEALTHY = hpa([ABLE, ACTIVE, WITHIN]);
const FROZEN = hpa([
  ABLE,
  {
    type: 'ScalingActive',
    status: 'False',
    reason: 'AmbiguousSelector',
    message: 'pods by selector app.kubernetes.io/name=worker are controlled by multiple HPAs',
  },
]);
const BLIND = hpa([
  ABLE,
  {
    type: 'ScalingActive',
    status: 'False',
    reason: 'FailedGetExternalMetric',
    message: 'unable to get external metric',
  },
]);

test('a working HPA is active, with what it reads', () => {
  expect(hpaState(HEALTHY)).toMatchObject({
    status: 'active',
    target: { kind: 'Deployment', name: 'worker' },
    min: 1,
    max: 10,
    current: 4,
    desired: 8,
    scaledObject: 'worker',
    metrics: [{ name: METRIC, type: 'AverageValue', current: 7.5, target: 5 }],
  });
});

test('two autoscalers on the same pods are frozen, which is not failing', () => {
  expect(hpaState(FROZEN)).toMatchObject({ status: 'frozen', reason: 'AmbiguousSelector' });
});

test('an HPA that cannot read its metric is failing, and the metric has no present value', () => {
  const blind = { ...BLIND, status: { ...BLIND.status, currentMetrics: null } };
  const state = hpaState(blind);
  expect(state).toMatchObject({ status: 'failing', reason: 'FailedGetExternalMetric' });
  expect(state.metrics).toEqual([{ name: METRIC, type: 'AverageValue', target: 5 }]);
});

test.each<[string, Condition[], string]>([
  ['at zero', [{ type: 'ScalingActive', status: 'False', reason: 'ScalingDisabled' }], 'idle'],
  [
    'that cannot read the scale',
    [{ type: 'AbleToScale', status: 'False', reason: 'FailedGetScale' }],
    'failing',
  ],
  [
    'held by its upper bound',
    [ABLE, ACTIVE, { type: 'ScalingLimited', status: 'True', reason: 'TooManyReplicas' }],
    'limited',
  ],
  [
    'at its least',
    [ABLE, ACTIVE, { type: 'ScalingLimited', status: 'True', reason: 'TooFewReplicas' }],
    'active',
  ],
  ['without a word yet', [], 'unknown'],
])('an HPA %s is %3$s', (_what, conditions, status) => {
  expect(hpaState(hpa(conditions)).status).toBe(status);
});

test('percent of the requests stay percent', () => {
  const cpu = { name: 'cpu' };
  const { spec, status, metadata } = HEALTHY;
  const target = { type: 'Utilization', averageUtilization: 30 };
  const current = { averageUtilization: 82, averageValue: '8m' };
  const state = hpaState({
    metadata,
    spec: { ...spec!, metrics: [{ type: 'Resource', resource: { ...cpu, target } }] },
    status: { ...status, currentMetrics: [{ type: 'Resource', resource: { ...cpu, current } }] },
  });
  expect(state.metrics).toEqual([{ name: 'cpu', type: 'Utilization', target: 30, current: 82 }]);
});

test('metrics of single containers are told apart', () => {
  const metric = (container: string, part: object) => ({
    type: 'ContainerResource',
    containerResource: { name: 'cpu', container, ...part },
  });
  const target = { type: 'Utilization', averageUtilization: 50 };
  const { spec, status, metadata } = HEALTHY;
  const state = hpaState({
    metadata,
    spec: { ...spec!, metrics: [metric('worker', { target }), metric('proxy', { target })] },
    status: {
      ...status,
      currentMetrics: [
        metric('worker', { current: { averageUtilization: 80 } }),
        metric('proxy', { current: { averageUtilization: 3 } }),
      ],
    },
  });
  expect(state.metrics).toEqual([
    { name: 'cpu of worker', type: 'Utilization', target: 50, current: 80 },
    { name: 'cpu of proxy', type: 'Utilization', target: 50, current: 3 },
  ]);
});

const scaledObject = (ready: string, active: string, more: Condition[] = []): ScaledObject => ({
  metadata: { name: 'worker', namespace: 'meme-generator' },
  spec: { scaleTargetRef: { name: 'worker' }, minReplicaCount: 0, maxReplicaCount: 10 },
  status: {
    conditions: [
      { type: 'Ready', status: ready, reason: 'ScaledObjectReady', message: 'as KEDA says' },
      { type: 'Active', status: active, reason: 'ScalerNotActive' },
      { type: 'Fallback', status: 'False' },
      { type: 'Paused', status: 'False' },
      ...more,
    ],
  },
});

const EMPTY = queueOf(0);

const worker = (replicas: number): Workload => ({
  metadata: { name: 'worker', namespace: 'meme-generator' },
  spec: { replicas },
  status: { replicas },
});

test('nothing waits and no replica is wanted: idle on purpose', () => {
  const disabled = hpa([{ type: 'ScalingActive', status: 'False', reason: 'ScalingDisabled' }]);
  expect(
    scaledObjectState(scaledObject('True', 'False'), disabled, worker(0), EMPTY),
  ).toMatchObject({
    status: 'idle',
    target: { kind: 'Deployment', name: 'worker' },
    desired: 0,
    max: 10,
  });
});

test('nothing waits but replicas are still there: the cooldown runs', () => {
  const state = scaledObjectState(scaledObject('True', 'False'), HEALTHY, worker(2), EMPTY);
  expect(state).toMatchObject({
    status: 'active',
    reason: 'Cooldown',
    message: 'no requests wait; it scales down after the cooldown',
  });
});

test.each<[string, QueueState, string]>([
  ['0', queueOf(0), 'no requests wait'],
  ['4', queueOf(3, 1), '4 requests wait, no more than activationLagThreshold (5)'],
  ['more', queueOf(6), 'no more than activationLagThreshold (5) waited'],
  [
    'nobody knows how many',
    { known: false, reason: 'away' },
    'no more than activationLagThreshold (5) waited',
  ],
])('the cooldown runs although requests may wait: with %s of 5', (_what, queue, because) => {
  const { metadata, spec, status } = scaledObject('True', 'False');
  const lag = {
    type: 'nats-jetstream',
    metadata: {
      stream: CONSUMER.stream,
      consumer: CONSUMER.durable,
      activationLagThreshold: '5',
    },
  };
  const object = { metadata, spec: { ...spec, triggers: [lag] }, status };
  expect(scaledObjectState(object, HEALTHY, worker(1), queue)).toMatchObject({
    status: 'active',
    reason: 'Cooldown',
    message: `${because}; it scales down after the cooldown`,
  });
});

test('a ScaledObject whose HPA is frozen is frozen, although KEDA calls it ready', () => {
  const seen = { type: 'HPAActive', status: 'False', reason: 'AmbiguousSelector' };
  const object = scaledObject('True', 'True', [seen]);
  expect(scaledObjectState(object, FROZEN, worker(4), EMPTY)).toMatchObject({
    status: 'frozen',
    reason: 'AmbiguousSelector',
  });
});

test('a ScaledObject that is not ready, or whose HPA is blind, is failing', () => {
  expect(
    scaledObjectState(scaledObject('False', 'Unknown'), undefined, worker(0), EMPTY),
  ).toMatchObject({
    status: 'failing',
    message: 'as KEDA says',
  });
  expect(scaledObjectState(scaledObject('True', 'True'), BLIND, worker(1), EMPTY)).toMatchObject({
    status: 'failing',
    reason: 'FailedGetExternalMetric',
  });
});

test('a ScaledObject that KEDA has not looked at is unknown', () => {
  const { metadata, spec } = scaledObject('True', 'True');
  expect(scaledObjectState({ metadata, spec }, undefined, worker(0), EMPTY).status).toBe('unknown');
});

test('a VPA shows what it would give, in numbers', () => {
  const state = vpaState({
    metadata: { name: 'redis', namespace: 'cache' },
    spec: {
      targetRef: { kind: 'StatefulSet', name: 'redis' },
      updatePolicy: { updateMode: 'InPlaceOrRecreate' },
    },
    status: {
      conditions: [{ type: 'RecommendationProvided', status: 'True' }],
      recommendation: {
        containerRecommendations: [
          {
            containerName: 'redis',
            target: { cpu: '25m', memory: '262144k' },
            lowerBound: { cpu: '25m', memory: '64Mi' },
            upperBound: { cpu: '1', memory: '1Gi' },
          },
        ],
      },
    },
  });
  expect(state).toMatchObject({ status: 'active', updateMode: 'InPlaceOrRecreate' });
  expect(state.recommendations).toEqual([
    {
      container: 'redis',
      target: { cpuMillis: 25, memoryBytes: 262_144_000 },
      lower: { cpuMillis: 25, memoryBytes: 64 * 2 ** 20 },
      upper: { cpuMillis: 1000, memoryBytes: 2 ** 30 },
    },
  ]);
});
