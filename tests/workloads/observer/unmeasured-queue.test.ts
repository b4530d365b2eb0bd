import { scaledObjectState } from '../../../workloads/observer/autoscaler-state';
import {
  type HorizontalPodAutoscaler,
  type ScaledObject,
  type Workload,
} from '../../../workloads/observer/kube-objects';
import { type QueueState } from '../../../workloads/protocol/lab-state';
import { CONSUMER } from '../../../workloads/protocol/streams';
import { queueOf } from '../../support/queue-state';

const metadata = { name: 'worker', namespace: 'meme-generator' };

const HEALTHY: HorizontalPodAutoscaler = {
  metadata: { ...metadata, name: 'keda-hpa-worker' },
  status: {
    conditions: [
      { type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale' },
      { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound' },
    ],
  },
};

const scaledObject = (ready: string, active: string): ScaledObject => ({
  metadata,
  spec: { scaleTargetRef: { name: 'worker' }, minReplicaCount: 0, maxReplicaCount: 10 },
  status: {
    conditions: [
      { type: 'Ready', status: ready, reason: 'ScaledObjectReady' },
      { type: 'Active', status: active, reason: 'ScalerNotActive' },
      { type: 'Fallback', status: 'False' },
      { type: 'Paused', status: 'False' },
    ],
  },
});

const worker = (replicas: number): Workload => ({
  metadata,
  spec: { replicas },
  status: { replicas },
});

describe('a queue that KEDA cannot measure', () => {
  const { spec, status } = scaledObject('True', 'True');
  const trigger = {
    type: 'nats-jetstream',
    metadata: { stream: CONSUMER.stream, consumer: CONSUMER.durable },
  };
  const onQueue = (triggers = [trigger]): ScaledObject => ({
    metadata,
    spec: { ...spec, triggers },
    status,
  });
  const away = 'the monitoring endpoint of NATS does not answer';

  test.each<[string, QueueState, string | undefined]>([
    [away, queueOf(3), away],
    ['stream not found', { known: false, reason: 'stream not found' }, undefined],
    ['consumer not found', { known: false, reason: 'consumer not found' }, undefined],
  ])('is failing although KEDA calls it ready: %s', (reason, queue, fault) => {
    expect(scaledObjectState(onQueue(), HEALTHY, worker(10), queue, fault)).toMatchObject({
      status: 'failing',
      reason: 'QueueNotMeasured',
      message: `${reason}; the number of replicas stays as it is`,
    });
  });

  test('is no fault of an autoscaler that scales on something else', () => {
    const other = onQueue([{ ...trigger, type: 'cron' }]);
    expect(scaledObjectState(other, HEALTHY, worker(10), queueOf(3), away).status).toBe('active');
  });

  test('is no fault where the observer alone has no connection', () => {
    const queue: QueueState = { known: false, reason: 'NATS is not connected' };
    expect(scaledObjectState(onQueue(), HEALTHY, worker(10), queue).status).toBe('active');
  });
});

test('a ScaledObject on its fallback replicas is failing', () => {
  const fallback = { type: 'Fallback', status: 'True', reason: 'FallbackExists' };
  const { spec, status } = scaledObject('True', 'True');
  const conditions = status!.conditions!.map((each) =>
    each.type === 'Fallback' ? fallback : each,
  );
  const object = { metadata, spec, status: { conditions } };
  expect(scaledObjectState(object, HEALTHY, worker(3), queueOf(9))).toMatchObject({
    status: 'failing',
    reason: 'Fallback',
  });
});

test('a paused ScaledObject says what waits meanwhile', () => {
  const { spec, status } = scaledObject('True', 'False');
  const paused = { type: 'Paused', status: 'True', message: 'paused' };
  const conditions = status!.conditions!.map((each) => (each.type === 'Paused' ? paused : each));
  const object = { metadata, spec, status: { conditions } };
  expect(scaledObjectState(object, HEALTHY, worker(0), queueOf(100))).toMatchObject({
    reason: 'Paused',
    message: 'it does not scale; 100 requests wait',
  });
});

test('requests that KEDA leaves waiting are not called nothing', () => {
  const object = scaledObject('True', 'False');
  expect(scaledObjectState(object, undefined, worker(0), queueOf(3))).toMatchObject({
    reason: 'NotActivated',
    message: '3 requests wait',
  });
  expect(scaledObjectState(object, HEALTHY, worker(2), queueOf(3)).message).toBe(
    '3 requests wait; it scales down after the cooldown',
  );
  const unknown: QueueState = { known: false, reason: 'away' };
  expect(scaledObjectState(object, HEALTHY, worker(2), unknown).message).toBe(
    'KEDA counts no request; it scales down after the cooldown',
  );
});
