import {
  type HorizontalPodAutoscaler,
  type KubeEvent,
  type Pod,
  type ScaledObject,
  type VerticalPodAutoscaler,
  type Workload,
} from '../../../workloads/observer/kube-objects';
import { CONSUMER } from '../../../workloads/protocol/streams';
import { watching } from '../../support/decision-watching';
import { queueOf } from '../../support/queue-state';

const NAMESPACE = 'meme-generator';
const LABELS = { app: 'redis' };

const worker = (replicas: number): Workload => ({
  metadata: { name: 'worker', namespace: NAMESPACE },
  spec: { replicas },
});

const scaledObject: ScaledObject = {
  metadata: { name: 'worker', namespace: NAMESPACE },
  spec: { scaleTargetRef: { name: 'worker' } },
};

const scaledObjectWith = (
  spec: ScaledObject['spec'] = {},
  conditions: Record<string, string> = {},
): ScaledObject => ({
  metadata: scaledObject.metadata,
  spec: { ...scaledObject.spec, ...spec },
  status: {
    conditions: Object.entries(conditions).map(([type, status]) => ({ type, status })),
  },
});

const patient = scaledObjectWith({
  triggers: [
    { type: 'cron' },
    {
      type: 'nats-jetstream',
      metadata: {
        stream: CONSUMER.stream,
        consumer: CONSUMER.durable,
        activationLagThreshold: '5',
      },
    },
  ],
});

const hpa: HorizontalPodAutoscaler = {
  metadata: { name: 'keda-hpa-worker', namespace: NAMESPACE },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'worker' }, maxReplicas: 10 },
};

const requests = (cpu: string, memory: string) => [
  { name: 'redis', resources: { requests: { cpu, memory } } },
];

const redis: Workload = {
  metadata: { name: 'redis', namespace: 'cache' },
  spec: {
    selector: { matchLabels: LABELS },
    template: { spec: { containers: requests('50m', '64Mi') } },
  },
};

const redisPod = (name: string, cpu: string, memory: string, createdMs: number): Pod => ({
  metadata: {
    name,
    namespace: 'cache',
    labels: LABELS,
    creationTimestamp: new Date(createdMs).toISOString(),
  },
  spec: { containers: requests(cpu, memory) },
});

const vpa = (updateMode: string): VerticalPodAutoscaler => ({
  metadata: { name: 'redis', namespace: 'cache' },
  spec: { targetRef: { kind: 'StatefulSet', name: 'redis' }, updatePolicy: { updateMode } },
});

const deactivated = (from: number): KubeEvent => ({
  metadata: { name: 'worker.18', uid: 'uid-keda' },
  involvedObject: { kind: 'ScaledObject', namespace: NAMESPACE, name: 'worker' },
  reason: 'KEDAScaleTargetDeactivated',
  message: `Deactivated apps/v1.Deployment ${NAMESPACE}/worker from ${from} to 0`,
  eventTime: new Date().toISOString(),
});

afterEach(() => jest.useRealTimers());

const SCALERS = { ScaledObject: [scaledObject], HorizontalPodAutoscaler: [hpa] };

test('from zero it was KEDA, between its HPA, and without an autoscaler someone', () => {
  const scaled = watching(SCALERS, 7);
  scaled.watch.note('Deployment', worker(0), worker(1));
  scaled.watch.note('Deployment', worker(1), worker(5));
  const alone = watching({});
  alone.watch.note('Deployment', worker(5), worker(2));

  expect(scaled.decisions().map(({ autoscaler, why }) => [autoscaler?.kind, why])).toEqual([
    ['ScaledObject', 'KEDA scaled worker from 0 to 1: 7 requests wait'],
    ['HorizontalPodAutoscaler', 'keda-hpa-worker scaled worker up from 1 to 5: 7 requests wait'],
  ]);
  expect(alone.decisions()).toEqual([
    expect.objectContaining({ why: 'someone changed worker from 5 to 2' }),
  ]);
});

test.each<[string, ScaledObject, number, number, number]>([
  ['wakes to one only', scaledObject, 0, 3, 0],
  ['wakes to minReplicaCount only', scaledObjectWith({ minReplicaCount: 3 }), 0, 1, 7],
  ['rests at minReplicaCount', scaledObjectWith({ minReplicaCount: 1 }), 2, 0, 0],
  ['was not active', scaledObjectWith({}, { Active: 'False' }), 0, 10, 30],
  ['is paused', scaledObjectWith({}, { Active: 'True', Paused: 'True' }), 0, 10, 30],
  ['has no more work than it may leave', scaledObjectWith({}, { Active: 'True' }), 0, 10, 0],
])('KEDA %s: the change is of another', (_what, object, from, to, pending) => {
  const { watch, decisions } = watching({ ...SCALERS, ScaledObject: [object] }, pending);
  watch.note('Deployment', worker(from), worker(to));

  expect(decisions()).toEqual([
    expect.objectContaining({ why: `someone changed worker from ${from} to ${to}` }),
  ]);
  expect(decisions()[0]).not.toHaveProperty('autoscaler');
});

test.each<[string, ScaledObject['spec'], number, number]>([
  ['wakes to minReplicaCount', { minReplicaCount: 3 }, 0, 3],
  ['wakes to one where minReplicaCount is 0', { minReplicaCount: 0 }, 0, 1],
  ['rests at idleReplicaCount', { minReplicaCount: 3, idleReplicaCount: 0 }, 3, 0],
])('KEDA %s', (_what, spec, from, to) => {
  const { watch, decisions } = watching({ ...SCALERS, ScaledObject: [scaledObjectWith(spec)] });
  watch.note('Deployment', worker(from), worker(to));

  expect(decisions()).toEqual([
    expect.objectContaining({ from, to, why: expect.stringMatching(/^KEDA /) }),
  ]);
});

test('a wake and the step after it, which a new list shows as one, are two decisions', () => {
  const object = scaledObjectWith({}, { Active: 'True', Paused: 'False' });
  const { watch, decisions } = watching({ ...SCALERS, ScaledObject: [object] }, 30);
  watch.note('Deployment', worker(0), worker(10));

  expect(decisions().map(({ autoscaler, why }) => [autoscaler?.kind, why])).toEqual([
    ['ScaledObject', 'KEDA scaled worker from 0 to 1: 30 requests wait'],
    ['HorizontalPodAutoscaler', 'keda-hpa-worker scaled worker up from 1 to 10: 30 requests wait'],
  ]);
});

test('of two HPAs nobody knows which it was before one of them says so', () => {
  const second = { ...hpa, metadata: { ...hpa.metadata, name: 'second' } };
  const { watch, decisions } = watching({ ...SCALERS, HorizontalPodAutoscaler: [hpa, second] });
  watch.note('Deployment', worker(8), worker(5));

  expect(decisions()[0]).not.toHaveProperty('autoscaler');
});

test('to zero with an empty queue it was KEDA, with a full one nobody knows', () => {
  const empty = watching(SCALERS, 0);
  empty.watch.note('Deployment', worker(2), worker(0));
  const waiting = watching(SCALERS, 3);
  waiting.watch.note('Deployment', worker(2), worker(0));

  expect(empty.decisions()[0]).toMatchObject({ autoscaler: { kind: 'ScaledObject' }, to: 0 });
  expect(waiting.decisions()[0]).not.toHaveProperty('autoscaler');
});

test('KEDA puts to sleep what has no more to do than activationLagThreshold', () => {
  const { watch, decisions, state } = watching({ ...SCALERS, ScaledObject: [patient] }, 4);
  watch.note('Deployment', worker(1), worker(0));
  state.queue = queueOf(6);
  watch.note('Deployment', worker(2), worker(0));

  const [slept, unknown] = decisions();
  expect(slept).toMatchObject({
    autoscaler: { kind: 'ScaledObject', namespace: NAMESPACE, name: 'worker' },
    why: 'KEDA scaled worker from 1 to 0: 4 requests wait, no more than activationLagThreshold (5)',
  });
  expect(unknown).toMatchObject({ why: 'someone changed worker from 2 to 0' });

  watch.note('Event', undefined, deactivated(2));

  expect(decisions()[1]).toMatchObject({
    autoscaler: { kind: 'ScaledObject' },
    why: 'KEDA scaled worker from 2 to 0: no more than activationLagThreshold (5) waited',
  });
});

test('a wake has its reason from a queue with more than activationLagThreshold', () => {
  const { watch, decisions } = watching({ ...SCALERS, ScaledObject: [patient] }, 5);
  watch.note('Deployment', worker(0), worker(1));
  watch.noteQueue(queueOf(5));
  expect(decisions()[0]?.why).toBe('KEDA scaled worker from 0 to 1');

  watch.noteQueue(queueOf(6));

  expect(decisions()[0]?.why).toBe('KEDA scaled worker from 0 to 1: 6 requests wait');
});

test('a wake that came before the queue was read gets its reason with the next reading', () => {
  const { watch, decisions } = watching(SCALERS, 0);
  watch.note('Deployment', worker(0), worker(1));
  expect(decisions()[0]?.why).toBe('KEDA scaled worker from 0 to 1');

  watch.noteQueue(queueOf(1));
  watch.noteQueue(queueOf(9));

  expect(decisions()).toEqual([
    expect.objectContaining({ why: 'KEDA scaled worker from 0 to 1: 1 request waits' }),
  ]);
});

test('what is only listed, and what leaves the replicas alone, is no decision', () => {
  const { watch, decisions } = watching(SCALERS);
  watch.note('Deployment', undefined, worker(3));
  watch.note('Deployment', worker(3), worker(3));
  watch.note('Deployment', worker(3), undefined);

  expect(decisions()).toEqual([]);
});

test('a VPA that resizes a pod in place is named with both values', () => {
  const { watch, decisions, startedAt } = watching({
    StatefulSet: [redis],
    VerticalPodAutoscaler: [vpa('InPlaceOrRecreate')],
  });
  const before = redisPod('redis-0', '50m', '64Mi', startedAt - 1000);
  watch.note('Pod', undefined, before);
  watch.note('Pod', before, redisPod('redis-0', '25m', '96Mi', startedAt - 1000));

  expect(decisions().map(({ quantity, from, to, why }) => ({ quantity, from, to, why }))).toEqual([
    {
      quantity: 'cpuMillis',
      from: 50,
      to: 25,
      why: 'VPA redis resized redis-0 in place: 50m CPU to 25m CPU',
    },
    {
      quantity: 'memoryBytes',
      from: 64 * 2 ** 20,
      to: 96 * 2 ** 20,
      why: 'VPA redis resized redis-0 in place: 64 MiB memory to 96 MiB memory',
    },
  ]);
});

test('a pod that is made anew with other requests is a decision, one that was there is not', () => {
  const objects = { StatefulSet: [redis], VerticalPodAutoscaler: [vpa('Off')] };
  const { watch, decisions, startedAt } = watching(objects);
  watch.note('Pod', undefined, redisPod('redis-0', '25m', '64Mi', startedAt - 1000));
  expect(decisions()).toEqual([]);

  watch.note('Pod', undefined, redisPod('redis-0', '40m', '64Mi', startedAt + 1000));

  expect(decisions()).toEqual([
    expect.objectContaining({
      from: 25,
      to: 40,
      why: expect.stringContaining('created redis-0 with other requests'),
    }),
  ]);
  // a VPA that only recommends did not do it
  expect(decisions()[0]).not.toHaveProperty('autoscaler');
});

test('pods that are replaced one after another are one decision, whatever the old ones tell meanwhile', () => {
  jest.useFakeTimers();
  const { watch, decisions, startedAt } = watching({ StatefulSet: [redis] });
  const old = [0, 1, 2].map((index) => redisPod(`old-${index}`, '50m', '64Mi', startedAt - 1000));
  for (const pod of old) watch.note('Pod', undefined, pod);

  for (const index of [0, 1, 2]) {
    watch.note('Pod', undefined, redisPod(`new-${index}`, '60m', '64Mi', startedAt + 1000));
    for (const pod of old) watch.note('Pod', pod, structuredClone(pod));
    // the same change in the same millisecond would be one decision in any case
    jest.advanceTimersByTime(1000);
  }

  expect(decisions().map(({ why }) => why)).toEqual([
    'someone created new-0 with other requests: 50m CPU to 60m CPU',
  ]);
});

test('what a pod was given is learnt from its status too, where its workload was not known before', () => {
  const workloads: Workload[] = [];
  const { watch, decisions, startedAt } = watching({ StatefulSet: workloads });
  const old = redisPod('old', '40m', '64Mi', startedAt - 1000);
  watch.note('Pod', undefined, old);
  workloads.push(redis);
  watch.note('Pod', old, structuredClone(old));

  watch.note('Pod', undefined, redisPod('new', '50m', '64Mi', startedAt + 1000));

  expect(decisions()).toEqual([expect.objectContaining({ from: 40, to: 50 })]);
});
