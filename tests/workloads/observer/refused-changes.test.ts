import {
  type Condition,
  type HorizontalPodAutoscaler,
  type KubeEvent,
  type Pod,
  type ScaledObject,
  type VerticalPodAutoscaler,
  type Workload,
} from '../../../workloads/observer/kube-objects';
import { watching } from '../../support/decision-watching';

const NAMESPACE = 'meme-generator';
const LABELS = { app: 'redis' };

const scaledObject: ScaledObject = {
  metadata: { name: 'worker', namespace: NAMESPACE },
  spec: { scaleTargetRef: { name: 'worker' } },
};

const hpa: HorizontalPodAutoscaler = {
  metadata: { name: 'keda-hpa-worker', namespace: NAMESPACE },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'worker' }, maxReplicas: 10 },
};

const SCALERS = { ScaledObject: [scaledObject], HorizontalPodAutoscaler: [hpa] };

const redis: Workload = {
  metadata: { name: 'redis', namespace: 'cache' },
  spec: { selector: { matchLabels: LABELS } },
};

const vpa: VerticalPodAutoscaler = {
  metadata: { name: 'redis', namespace: 'cache' },
  spec: {
    targetRef: { kind: 'StatefulSet', name: 'redis' },
    updatePolicy: { updateMode: 'InPlaceOrRecreate' },
  },
};

/** A pod whose spec asks for one CPU request while the kubelet has applied another. */
const resizing = (asked: string, applied: string, conditions: Condition[] = []): Pod => {
  const requesting = (cpu: string) => ({
    name: 'redis',
    resources: { requests: { cpu, memory: '64Mi' } },
  });
  return {
    metadata: { name: 'redis-0', namespace: 'cache', labels: LABELS },
    spec: { containers: [requesting(asked)] },
    status: { conditions, containerStatuses: [requesting(applied)] },
  };
};
const pending = (reason: string): Condition => ({
  type: 'PodResizePending',
  status: 'True',
  reason,
  message: "Node didn't have enough capacity: cpu",
});

test.each(['Infeasible', 'Deferred'])('a resize that is %s is no decision', (reason) => {
  for (const scalers of [{}, { VerticalPodAutoscaler: [vpa] }]) {
    const { watch, decisions } = watching({ StatefulSet: [redis], ...scalers });
    const steps = [
      resizing('50m', '50m'),
      resizing('900', '50m'),
      resizing('900', '50m', [pending(reason)]),
      resizing('50m', '50m'),
    ];
    steps.forEach((step, index) => watch.note('Pod', steps[index - 1], step));
    expect(decisions()).toEqual([]);
  }
});

test('a resize is a decision once the kubelet has applied it', () => {
  const { watch, decisions } = watching({ StatefulSet: [redis] });
  const deferred = resizing('80m', '50m', [pending('Deferred')]);
  watch.note('Pod', undefined, resizing('50m', '50m'));
  watch.note('Pod', resizing('50m', '50m'), deferred);
  watch.note('Pod', deferred, resizing('80m', '80m'));
  expect(decisions().map(({ why }) => why)).toEqual([
    'someone resized redis-0 in place: 50m CPU to 80m CPU',
  ]);
});

test('a resize outside the bounds of a VPA is not its own', () => {
  const containerRecommendations = [
    {
      containerName: 'redis',
      target: { cpu: '70m' },
      lowerBound: { cpu: '60m' },
      upperBound: { cpu: '90m' },
    },
  ];
  const advised = { ...vpa, status: { recommendation: { containerRecommendations } } };
  const { watch, decisions } = watching({
    StatefulSet: [redis],
    VerticalPodAutoscaler: [advised],
  });
  const steps = ['50m', '70m', '300m', '10m'].map((cpu) => resizing(cpu, cpu));
  steps.forEach((step, index) => watch.note('Pod', steps[index - 1], step));
  const who = decisions().map(({ why, autoscaler }) => [
    autoscaler?.name,
    why.split(' redis-0')[0],
  ]);
  expect(who).toEqual([
    ['redis', 'VPA redis resized'],
    [undefined, 'someone resized'],
    [undefined, 'someone resized'],
  ]);
});

const raised = 'keda-hpa-worker scaled worker up from 1 to 4: 7 requests wait';
const labelled = (replicas: number, status: Workload['status'] = {}): Workload => ({
  metadata: { name: 'worker', namespace: NAMESPACE },
  spec: { replicas, selector: { matchLabels: LABELS } },
  status,
});
const workerPod = (name: string, conditions: Condition[] = []): Pod => ({
  metadata: { name, namespace: NAMESPACE, labels: LABELS },
  status: { phase: 'Pending', conditions },
});

test('a scale-up whose pods a quota forbids says so, for as long as it does', () => {
  const Pod = [workerPod('worker-a')];
  const { watch, decisions } = watching({ ...SCALERS, Pod }, 7);
  watch.note('Deployment', labelled(1), labelled(4));
  const message = 'pods "worker-b" is forbidden: exceeded quota: pods';
  const conditions = [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }];
  watch.note('Deployment', labelled(4), labelled(4, { conditions }));
  expect(decisions().map(({ why }) => why)).toEqual([
    `${raised}; only 1 of 4 pods exist: FailedCreate: ${message}`,
  ]);

  watch.note('Deployment', labelled(4, { conditions }), labelled(4));

  expect(decisions().map(({ why }) => why)).toEqual([raised]);
});

test('the same on a StatefulSet, which says it by an event alone', () => {
  const message = 'create Pod redis-1 in StatefulSet redis failed: exceeded quota: pods';
  const event = (reason: string, second: number): KubeEvent => ({
    metadata: { name: `redis.${second}` },
    involvedObject: { kind: 'StatefulSet', namespace: NAMESPACE, name: 'worker' },
    reason,
    message,
    lastTimestamp: `2026-11-23T10:00:0${second}Z`,
  });
  const Event = [event('SuccessfulCreate', 1), event('FailedCreate', 2)];
  const { watch, decisions } = watching({ Event });
  watch.note('StatefulSet', labelled(1), labelled(4, { replicas: 1 }));
  expect(decisions()[0]?.why).toContain(`FailedCreate: ${message}`);

  Event.push(event('SuccessfulCreate', 3));
  watch.note('StatefulSet', labelled(4, { replicas: 1 }), labelled(4, { replicas: 2 }));

  expect(decisions()[0]?.why).toBe('someone changed worker from 1 to 4');
});

test('a scale-up whose pods fit on no node says so', () => {
  const message = '0/1 nodes are available: 1 Insufficient cpu.';
  const stuck = workerPod('worker-b', [
    { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message },
  ]);
  const Pod = [workerPod('worker-a'), stuck];
  const { watch, decisions } = watching({ ...SCALERS, Pod, Deployment: [labelled(4)] }, 7);
  watch.note('Deployment', labelled(1), labelled(4));
  watch.note('Pod', undefined, stuck);
  expect(decisions().map(({ why }) => why)).toEqual([
    `${raised}; 1 of 2 pods cannot be scheduled: ${message}`,
  ]);

  Pod.pop();
  watch.note('Pod', undefined, Pod[0]);

  expect(decisions().map(({ why }) => why)).toEqual([raised]);
});
