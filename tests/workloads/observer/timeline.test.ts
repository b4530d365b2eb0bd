import { type KubeEvent } from '../../../workloads/observer/kube-objects';
import { scaleEvent } from '../../../workloads/observer/scaling-text';
import { type ScaleEvent, Timeline } from '../../../workloads/observer/timeline';
import { type Decision } from '../../../workloads/protocol/lab-state';

const TARGET = { kind: 'Deployment', name: 'worker' };
const NAMESPACE = 'meme-generator';
const HPA = {
  kind: 'HorizontalPodAutoscaler',
  namespace: NAMESPACE,
  name: 'keda-hpa-worker',
} as const;
const SELECTOR =
  '(&LabelSelector{MatchLabels:map[string]string{scaledobject.keda.sh/name: worker,},MatchExpressions:[]LabelSelectorRequirement{},})';

const now = Date.parse('2026-11-23T10:00:05Z');

const rescaled = (message: string, second = 5): KubeEvent => ({
  metadata: { name: 'keda-hpa-worker.18', uid: 'uid-hpa' },
  involvedObject: { kind: HPA.kind, namespace: NAMESPACE, name: HPA.name },
  reason: 'SuccessfulRescale',
  message,
  count: 1,
  eventTime: null,
  firstTimestamp: '2026-11-23T09:30:00Z',
  lastTimestamp: `2026-11-23T10:00:0${second}Z`,
});

// KEDA 2.20 writes events of the newer API, which leaves the older fields empty
const keda = (reason: string, message: string): KubeEvent => ({
  metadata: { name: 'worker.18', uid: 'uid-keda' },
  involvedObject: { kind: 'ScaledObject', namespace: NAMESPACE, name: 'worker' },
  reason,
  message,
  eventTime: '2026-11-23T10:00:04.500000Z',
  firstTimestamp: null,
  lastTimestamp: null,
});

const pulledUp: ScaleEvent = {
  id: 'uid-keda',
  time: now,
  namespace: NAMESPACE,
  target: TARGET,
  from: 0,
  to: 1,
  autoscaler: { kind: 'ScaledObject', namespace: NAMESPACE, name: 'worker' },
  why: () => 'KEDA scaled worker from 0 to 1',
  saysMore: false,
};

const told = (event: KubeEvent) =>
  scaleEvent(
    event,
    () => TARGET,
    () => 0,
  )!;

let counted: [Decision, Decision | undefined][];
let timeline: Timeline;

beforeEach(() => {
  jest.useFakeTimers({ now });
  counted = [];
  timeline = new Timeline((decision, before) => counted.push([decision, before]));
});

afterEach(() => jest.useRealTimers());

const change = (from: number, to: number, why: string, time = now) =>
  timeline.replicasChanged({
    time,
    namespace: NAMESPACE,
    target: TARGET,
    from,
    to,
    autoscaler: HPA,
    why,
  });

test('a change and its event are one decision, with the moment of one and the reason of the other', () => {
  change(1, 5, 'provisional');
  timeline.eventSeen(
    told(
      rescaled(
        `New size: 5; reason: external metric s0-nats-jetstream-MEMES${SELECTOR} above target`,
        6,
      ),
    ),
  );
  expect(timeline.all(now)).toEqual([
    expect.objectContaining({
      time: now,
      from: 1,
      to: 5,
      autoscaler: HPA,
      why: 'keda-hpa-worker scaled worker up from 1 to 5: external metric s0-nats-jetstream-MEMES above target',
    }),
  ]);
  timeline.settle(now + 10_000);
  expect(counted).toEqual([]);
  timeline.settle(now + 16_000);
  timeline.settle(now + 32_000);
  expect(counted).toHaveLength(1);
});

test('the event may come first, and may come again', () => {
  const event = told(rescaled('New size: 3; reason: All metrics below target'));
  timeline.eventSeen(event);
  change(5, 3, 'late');
  timeline.eventSeen(event);
  expect(timeline.all(now)).toEqual([
    expect.objectContaining({
      from: 5,
      to: 3,
      why: expect.stringContaining('all metrics are below'),
    }),
  ]);
});

test('a tug-of-war within seconds is as many decisions as changes, events or not', () => {
  const replicas = [0, 1, 0, 1, 0, 1];
  const tug = replicas.slice(1).map((to, index) => [replicas[index]!, to] as const);
  tug.forEach(([from, to], index) => {
    const time = now - 12_000 + index * 3000;
    change(from, to, 'pulled', time);
    // the event about the second pull up is late, and that about the third is early
    if (index === 3) timeline.eventSeen({ ...pulledUp, id: 'second', time: time - 3000 });
    if (index === 3) timeline.eventSeen({ ...pulledUp, id: 'third', time: time + 3000 });
  });
  expect(timeline.all(now).map(({ from, to }) => [from, to])).toEqual(tug);

  timeline.settle(now + 30_000);

  expect(counted.map(([{ from, to }, before]) => [before?.to, from, to])).toEqual([
    [undefined, 0, 1],
    [1, 1, 0],
    [0, 0, 1],
    [1, 1, 0],
    [0, 0, 1],
  ]);
});

test('changes that a watch missed and tells of in one instant are told apart, in their order', () => {
  change(3, 0, 'slept', now - 60_000);
  change(0, 1, 'woke');
  change(1, 0, 'back');
  change(0, 1, 'again');
  change(1, 5, 'raised');
  const missed = [
    [0, 1],
    [1, 0],
    [0, 1],
    [1, 5],
  ];
  expect(timeline.all(now).map(({ from, to }) => [from, to])).toEqual([[3, 0], ...missed]);

  timeline.settle(now + 16_000);

  expect(counted.slice(1).map(([, before]) => [before?.from, before?.to])).toEqual([
    [3, 0],
    ...missed.slice(0, -1),
  ]);
});

test('one event stands for one change', () => {
  timeline.eventSeen({ ...pulledUp, id: 'first' });
  change(0, 1, 'KEDA scaled worker from 0 to 1: 5 requests wait');
  change(1, 0, 'back', now + 1000);
  change(0, 1, 'again', now + 2000);
  // the event knows less than the change did
  expect(timeline.all(now).map(({ why }) => why)).toEqual([
    'KEDA scaled worker from 0 to 1: 5 requests wait',
    'back',
    'again',
  ]);
});

test('an event that came first took the number before from the last decision, which the change corrects', () => {
  change(2, 0, 'slept', now - 60_000);
  timeline.eventSeen(told(rescaled('New size: 5; reason: external metric above target')));
  change(0, 1, 'woke', now - 1000);
  change(1, 5, 'raised');
  expect(timeline.all(now).map(({ from, to, why }) => [from, to, why])).toEqual([
    [2, 0, 'slept'],
    [0, 1, 'woke'],
    [1, 5, 'keda-hpa-worker scaled worker up from 1 to 5: external metric above target'],
  ]);
});

test('a change that nobody watched is told by its event, with the number before where it is known', () => {
  change(0, 1, 'woke', now - 60_000);
  timeline.eventSeen(told(rescaled('New size: 4; reason: external metric above target')));
  expect(timeline.all(now).map(({ from, to }) => [from, to])).toEqual([
    [0, 1],
    [1, 4],
  ]);
});

test("KEDA's events name the workload and both numbers", () => {
  const woke = keda(
    'KEDAScaleTargetActivated',
    'Scaled apps/v1.Deployment meme-generator/worker from 0 to 1, triggered by natsJetStreamScaler',
  );
  const slept = keda(
    'KEDAScaleTargetDeactivated',
    'Deactivated apps/v1.Deployment meme-generator/worker from 2 to 0',
  );
  expect(told(woke)).toMatchObject({
    target: TARGET,
    from: 0,
    to: 1,
    time: Date.parse('2026-11-23T10:00:04.500Z'),
  });
  expect(told(slept)).toMatchObject({ target: TARGET, from: 2, to: 0 });
  expect(told(keda('ScaledObjectReady', 'ready'))).toBeUndefined();
});

test('the event names who it was where nobody was noted, and leaves a better sentence alone', () => {
  const slept = keda(
    'KEDAScaleTargetDeactivated',
    'Deactivated apps/v1.Deployment meme-generator/worker from 2 to 0',
  );
  const unknown = { time: now, namespace: NAMESPACE, target: TARGET, from: 2, to: 0 };
  timeline.replicasChanged({ ...unknown, why: 'someone changed worker from 2 to 0' });
  timeline.eventSeen(told(slept));
  expect(timeline.all(now)).toEqual([
    expect.objectContaining({
      autoscaler: { kind: 'ScaledObject', namespace: NAMESPACE, name: 'worker' },
      why: 'KEDA scaled worker from 2 to 0: no requests wait',
    }),
  ]);
  timeline.settle(now + 16_000);
  expect(counted).toMatchObject([[{ autoscaler: { kind: 'ScaledObject' } }, undefined]]);
  const woke = keda(
    'KEDAScaleTargetActivated',
    'Scaled apps/v1.Deployment meme-generator/worker from 0 to 1, triggered by natsJetStreamScaler',
  );
  change(0, 1, 'KEDA scaled worker from 0 to 1: 5 requests wait');
  timeline.eventSeen(told(woke));
  expect(timeline.all(now).at(-1)?.why).toBe('KEDA scaled worker from 0 to 1: 5 requests wait');
});

test('the same size twice within the hour is two decisions', () => {
  change(1, 5, 'first', now - 120_000);
  change(5, 1, 'back', now - 60_000);
  change(1, 5, 'again');
  expect(timeline.all(now)).toHaveLength(3);
  timeline.settle(now + 16_000);
  expect(counted[2]?.[1]).toMatchObject({ from: 5, to: 1 });
});

test('a message carries what is new or better explained, once', () => {
  change(1, 5, 'provisional');
  expect(timeline.takeNew().map(({ why }) => why)).toEqual(['provisional']);
  expect(timeline.takeNew()).toEqual([]);
  timeline.eventSeen(told(rescaled('New size: 5; reason: because')));
  expect(timeline.takeNew().map(({ why }) => why)).toEqual([
    'keda-hpa-worker scaled worker up from 1 to 5: because',
  ]);
});

test('after an hour a decision is forgotten', () => {
  change(0, 1, 'woke');
  expect(timeline.all(now + 3_599_000)).toHaveLength(1);
  expect(timeline.all(now + 3_601_000)).toEqual([]);
});

test('quick changes to the same size are told apart by what was before', () => {
  change(5, 1, 'lowered', now - 4000);
  change(1, 0, 'slept', now - 2000);
  change(0, 1, 'woke', now - 500);
  timeline.eventSeen(
    told(
      keda(
        'KEDAScaleTargetActivated',
        'Scaled apps/v1.Deployment meme-generator/worker from 0 to 1, triggered by natsJetStreamScaler',
      ),
    ),
  );
  timeline.eventSeen(told(rescaled('New size: 1; reason: All metrics below target', 1)));
  expect(timeline.all(now).map(({ autoscaler, from, to }) => [autoscaler?.kind, from, to])).toEqual(
    [
      ['HorizontalPodAutoscaler', 5, 1],
      ['HorizontalPodAutoscaler', 1, 0],
      ['ScaledObject', 0, 1],
    ],
  );
});
