import type {
  V2HorizontalPodAutoscaler,
  V2HorizontalPodAutoscalerCondition,
} from '@kubernetes/client-node';
import { autoscalerRows, type ScaledObject } from '../../../cli/status/autoscalers';
import { type QueueStatus } from '../../../cli/status/queue';

type Conditions = NonNullable<ScaledObject['status']>['conditions'];

function scaledObject(conditions?: Conditions): ScaledObject {
  return {
    metadata: { namespace: 'meme-generator', name: 'worker' },
    spec: { minReplicaCount: 0, maxReplicaCount: 10, scaleTargetRef: { name: 'meme-worker' } },
    status: { conditions },
  };
}

function hpa(conditions: V2HorizontalPodAutoscalerCondition[]): V2HorizontalPodAutoscaler {
  return {
    metadata: { namespace: 'meme-generator', name: 'keda-hpa-worker' },
    spec: { minReplicas: 1, maxReplicas: 10, scaleTargetRef: { kind: 'Deployment', name: 'w' } },
    status: { currentReplicas: 3, desiredReplicas: 4, conditions },
  };
}

const queueOf = (waiting: number): QueueStatus => ({ measured: true, waiting, inWork: 0 });
const EMPTY = queueOf(0);

const stateOf = (object: ScaledObject, queue = EMPTY) =>
  autoscalerRows([object], [], queue)[0]?.at(-1);
const hpaStateOf = (...conditions: V2HorizontalPodAutoscalerCondition[]) =>
  autoscalerRows([], [hpa(conditions)], EMPTY)[0]?.at(-1);

const READY = { type: 'Ready', status: 'True', reason: 'ScaledObjectReady' };

test('both kinds are listed with what they scale and within which bounds', () => {
  const rows = autoscalerRows([scaledObject([READY])], [hpa([])], EMPTY);
  expect(rows.map((row) => row.slice(0, 4))).toEqual([
    ['meme-generator/worker', 'KEDA', 'meme-worker', '0..10'],
    ['meme-generator/keda-hpa-worker', 'HPA', 'w', '1..10'],
  ]);
});

test("bounds that are left out are the autoscaler's own defaults", () => {
  const rows = autoscalerRows(
    [{ spec: {}, status: {} }],
    [{ spec: { maxReplicas: 5, scaleTargetRef: { kind: 'Deployment', name: 'w' } } }],
    EMPTY,
  );
  expect(rows.map((row) => row[3])).toEqual(['0..100', '1..5']);
});

test('an empty queue is idle, a full one active', () => {
  expect(stateOf(scaledObject([READY, { type: 'Active', status: 'False' }]))).toBe(
    'idle, queue empty',
  );
  expect(stateOf(scaledObject([READY, { type: 'Active', status: 'True' }]))).toBe('active');
});

test('a queue below the activation threshold is idle, though something may wait', () => {
  const object = scaledObject([READY, { type: 'Active', status: 'False' }]);
  const triggers = [{ metadata: { activationLagThreshold: '5' } }];
  expect(stateOf({ ...object, spec: { ...object.spec, triggers } })).toBe(
    'idle, at most 5 waiting',
  );
});

test('a paused ScaledObject is not idle, whatever its other conditions say', () => {
  const paused = { type: 'Paused', status: 'True', reason: 'ScaledObjectPaused' };
  for (const active of ['True', 'False', 'Unknown']) {
    const object = scaledObject([READY, { type: 'Active', status: active }, paused]);
    expect(stateOf(object, queueOf(100))).toBe(
      'paused, does not scale; 100 waiting or in progress',
    );
    expect(stateOf(object)).toBe('paused, does not scale');
  }
});

test('a ScaledObject that KEDA calls ready does not scale on a queue that is not measured', () => {
  for (const active of ['True', 'False']) {
    const object = scaledObject([READY, { type: 'Active', status: active }]);
    expect(stateOf(object, { measured: false, reason: 'consumer "c" is missing' })).toBe(
      'not scaling on the queue: consumer "c" is missing',
    );
  }
});

test('a ScaledObject on its fallback replicas is failing', () => {
  const fallback = { type: 'Fallback', status: 'True', message: 'At least one trigger fails' };
  expect(stateOf(scaledObject([READY, fallback]))).toBe(
    'failing: KEDA uses its fallback replicas: At least one trigger fails',
  );
});

test('requests that KEDA does not count are not called nothing', () => {
  const object = scaledObject([READY, { type: 'Active', status: 'False' }]);
  expect(stateOf(object, queueOf(7))).toBe('not active, although 7 are waiting or in progress');
});

test('a scaler that fails says why, even while it calls itself active', () => {
  const message = 'Triggers defined in ScaledObject are not working correctly';
  const ready = { type: 'Ready', status: 'False', reason: 'TriggerError', message };
  expect(stateOf(scaledObject([ready, { type: 'Active', status: 'True' }]))).toBe(
    `failing: ${message}`,
  );
});

test('an autoscaler that KEDA has not judged is neither idle nor failing', () => {
  expect(stateOf(scaledObject())).toBe('new, not yet reconciled by KEDA');
  expect(stateOf(scaledObject([{ type: 'Ready', status: 'Unknown' }]))).toBe(
    'new, not yet reconciled by KEDA',
  );
  const message = 'Some triggers defined in ScaledObject are not working correctly';
  const partly = { type: 'Ready', status: 'Unknown', reason: 'PartialTriggerError', message };
  expect(stateOf(scaledObject([partly]))).toBe(`unknown: ${message}`);
});

test('an HPA tells what it wants and what it has', () => {
  expect(hpaStateOf({ type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound' })).toBe(
    'wants 4, has 3',
  );
});

test('an HPA that is off because its workload is at zero is no fault', () => {
  const message = 'scaling is disabled since the replica count of the target is zero';
  expect(
    hpaStateOf(
      { type: 'AbleToScale', status: 'True', reason: 'SucceededGetScale' },
      { type: 'ScalingActive', status: 'False', reason: 'ScalingDisabled', message },
    ),
  ).toBe('wants 4, has 3');
});

test('two HPAs frozen on the same pods are shown as such', () => {
  const message = 'pods by selector app=w are controlled by multiple HPAs: [a b]';
  expect(
    hpaStateOf({ type: 'ScalingActive', status: 'False', reason: 'AmbiguousSelector', message }),
  ).toBe(`wants 4, has 3; not scaling (AmbiguousSelector): ${message}`);
});

test('an HPA whose workload is gone is shown as such', () => {
  const message = 'deployments.apps "w" not found';
  expect(
    hpaStateOf({ type: 'AbleToScale', status: 'False', reason: 'FailedGetScale', message }),
  ).toBe(`wants 4, has 3; not scaling (FailedGetScale): ${message}`);
});
