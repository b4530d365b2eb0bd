import { autoscalerWords } from '../../../workloads/frontend/src/scale/autoscaler-words';
import { merged } from '../../../workloads/frontend/src/scale/lab-feed';
import { runWords } from '../../../workloads/frontend/src/scale/load-words';
import { podLook } from '../../../workloads/frontend/src/scale/pod-looks';
import { troublesOf } from '../../../workloads/frontend/src/scale/troubles';
import { type Decision } from '../../../workloads/protocol/lab-state';
import { type LoadRun } from '../../../workloads/protocol/load-request';
import { labStateOf, podNamed, scaledObjectOf, workerOf } from '../../support/lab-states';

describe('troubles', () => {
  test('there is none in a lab at rest', () => {
    expect(troublesOf(labStateOf())).toEqual([]);
  });

  test('two autoscalers that froze each other are named once, with the way out', () => {
    const frozen = {
      status: 'frozen',
      reason: 'AmbiguousSelector',
      message: 'controlled by multiple HPAs',
    } as const;
    const hpa = scaledObjectOf({
      ...frozen,
      kind: 'HorizontalPodAutoscaler',
      name: 'keda-hpa-worker',
      scaledObject: 'worker',
    });
    const state = labStateOf({ autoscalers: [scaledObjectOf(frozen), hpa] });

    expect(troublesOf(state)).toEqual([
      {
        key: 'ScaledObject/meme-generator/worker',
        severity: 'error',
        title: 'ScaledObject worker is frozen',
        text:
          'AmbiguousSelector: controlled by multiple HPAs. ' +
          'Another autoscaler selects the same pods, so neither of them scales; remove one.',
      },
    ]);
  });

  test('a pod that cannot be pulled, a cluster that is away and an unknown queue are said', () => {
    const state = labStateOf({
      workloads: [
        workerOf(1, { status: 'broken', reason: 'ImagePullBackOff: worker-a: no such image' }),
      ],
      kubernetes: { status: 'away', since: 0, reason: 'connection refused' },
      queue: { known: false, reason: 'the consumer is missing' },
    });

    expect(troublesOf(state).map(({ title, text }) => `${title}: ${text}`)).toEqual([
      'The observer does not see the cluster: connection refused. ' +
        'Pods and autoscalers are shown as they were last seen.',
      'The queue is not known: the consumer is missing.',
      'worker is broken: ImagePullBackOff: worker-a: no such image',
    ]);
  });

  test('resources that were asked for and not given are a warning, not a broken workload', () => {
    const reason = 'pod worker-a ResizeInfeasible: not enough memory';
    const state = labStateOf({ workloads: [workerOf(1, { status: 'ok', reason })] });

    expect(troublesOf(state)).toEqual([
      expect.objectContaining({
        severity: 'warning',
        title: 'worker was not given the resources asked for it',
        text: reason,
      }),
    ]);
  });
});

test.each([
  ['ready', {}],
  ['starting', { phase: 'Pending', ready: false, reason: 'ContainerCreating' }],
  ['going', { phase: 'Terminating', ready: true }],
  ['broken', { phase: 'Pending', ready: false, reason: 'ImagePullBackOff' }],
  ['broken', { phase: 'Failed', ready: false }],
] as const)('a pod looks %s when it is %j', (word, fields) => {
  expect(podLook(podNamed('a', fields)).word).toBe(word);
});

test('decisions are kept once, the newest first, for an hour', () => {
  const decision = (id: string, time: number, why = id): Decision => ({
    id,
    time,
    namespace: 'meme-generator',
    target: { kind: 'Deployment', name: 'worker' },
    quantity: 'replicas',
    to: 1,
    why,
  });
  const hour = 3_600_000;

  const kept = merged([decision('b', hour, 'short'), decision('a', 1)], {
    time: hour + 10,
    decisions: [decision('b', hour, 'with its reason'), decision('c', hour + 5)],
  });

  expect(kept.map(({ id, why }) => [id, why])).toEqual([
    ['c', 'c'],
    ['b', 'with its reason'],
  ]);
});

test('an autoscaler says what it wants, within which bounds and why', () => {
  const metrics = [
    { name: 's0-nats', current: 7.26, target: 5, type: 'AverageValue' },
    { name: 'cpu', target: 30, type: 'Utilization' },
  ] as const;
  expect(autoscalerWords(scaledObjectOf({ desired: 4, metrics: [...metrics] }))).toBe(
    'wants 4 of 0 to 10; s0-nats 7.3, target 5 per pod; cpu not read yet, target 30 %',
  );
});

test('a VPA says what it recommends', () => {
  const recommendations = [
    { container: 'redis', target: { cpuMillis: 63, memoryBytes: 2 ** 27 }, lower: {}, upper: {} },
  ];
  const vpa = scaledObjectOf({ kind: 'VerticalPodAutoscaler', updateMode: 'Off', recommendations });
  expect(autoscalerWords(vpa)).toBe('recommends only; redis: 63 m CPU and 128 Mi');
  expect(autoscalerWords({ ...vpa, recommendations: [] })).toBe(
    'recommends only; no recommendation yet',
  );
});

test('a load says how far it is and how long answers take', () => {
  const run: LoadRun = {
    id: 'a',
    profile: 'burst',
    target: 'memes',
    phase: 'draining',
    startedAt: 0,
    planned: 150,
    seconds: 0,
    sent: 150,
    refused: 0,
    answered: 40,
    failed: 1,
    cached: 3,
    duplicates: 0,
    p50Ms: 3210,
    p95Ms: 9040,
  };
  expect(runWords(run)).toBe(
    'burst is sent, answers are awaited. 150 of 150 sent; 40 answered, 3 of them from the cache; ' +
      '1 failed; half within 3.2 s, 95 % within 9.0 s.',
  );
  expect(runWords({ ...run, phase: 'failed', error: 'NATS is away' })).toMatch(
    /^burst failed: NATS is away\. /,
  );
});
