import { type Pod, type Workload } from '../../../workloads/observer/kube-objects';
import { workloadState } from '../../../workloads/observer/workload-state';

const LABELS = { 'app.kubernetes.io/name': 'worker' };

const deployment = (replicas: number, readyReplicas?: number): Workload => ({
  metadata: { name: 'worker', namespace: 'meme-generator' },
  spec: {
    replicas,
    selector: { matchLabels: LABELS },
    template: {
      spec: {
        containers: [
          { name: 'worker', resources: { requests: { cpu: '50m', memory: '64Mi' } } },
          { name: 'sidecar', resources: { requests: { cpu: '1' } } },
        ],
      },
    },
  },
  status: { replicas, readyReplicas },
});

const READY = {
  phase: 'Running',
  conditions: [
    { type: 'PodScheduled', status: 'True' },
    { type: 'Ready', status: 'True' },
  ],
  containerStatuses: [{ name: 'worker', restartCount: 0, state: { running: {} } }],
};

const pod = (name: string, status: Pod['status'], more: Partial<Pod['metadata']> = {}): Pod => ({
  metadata: {
    name,
    namespace: 'meme-generator',
    labels: LABELS,
    creationTimestamp: '2026-11-23T10:00:00Z',
    ...more,
  },
  spec: {
    containers: [
      {
        name: 'worker',
        image: 'localhost/lab/worker:1',
        resources: { requests: { cpu: '1050m', memory: '64Mi' } },
      },
    ],
  },
  status,
});

const judge = (workload: Workload, pods: readonly Pod[], listed = 10) =>
  workloadState('Deployment', workload, pods, listed);

test('zero wanted replicas are idle, not broken', () => {
  expect(judge(deployment(0), [])).toMatchObject({ status: 'idle', wanted: 0, ready: 0, pods: [] });
});

test('as many ready pods as are wanted are ok, and sidecars count to the requests', () => {
  expect(judge(deployment(1, 1), [pod('worker-a', READY)])).toMatchObject({
    status: 'ok',
    requests: { cpuMillis: 1050, memoryBytes: 64 * 2 ** 20 },
    pods: [{ name: 'worker-a', phase: 'Running', ready: true, since: Date.UTC(2026, 10, 23, 10) }],
  });
});

test('a pod that starts and a pod that goes are scaling', () => {
  const starting = pod('worker-b', { phase: 'Pending', conditions: [] });
  const going = pod('worker-a', READY, { deletionTimestamp: '2026-11-23T10:01:00Z' });
  expect(judge(deployment(1), [starting]).status).toBe('scaling');
  expect(judge(deployment(0), [going])).toMatchObject({
    status: 'scaling',
    pods: [{ phase: 'Terminating' }],
  });
});

test.each(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull'])(
  '%s is broken and names the image',
  (reason) => {
    const message = 'Back-off pulling image';
    const state = judge(deployment(1), [
      pod('worker-a', {
        phase: 'Pending',
        containerStatuses: [{ name: 'worker', state: { waiting: { reason, message } } }],
      }),
    ]);
    expect(state.status).toBe('broken');
    expect(state.reason).toContain(`${reason}: container "worker" "localhost/lab/worker:1"`);
    expect(state.pods[0]).toMatchObject({ ready: false, reason });
  },
);

test('a crash loop is broken, also in the moments in which the container runs or has just ended', () => {
  const crashed = { reason: 'Error', exitCode: 1 };
  const waiting = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 20s restarting' } };
  for (const state of [waiting, { terminated: crashed }]) {
    const status = { name: 'worker', restartCount: 3, state, lastState: { terminated: crashed } };
    const pods = [pod('worker-a', { phase: 'Running', containerStatuses: [status] })];
    expect(judge(deployment(1), pods).status).toBe('broken');
  }
});

test('a pod that fits nowhere is broken, with the words of the scheduler', () => {
  const message = '0/1 nodes are available: 1 Insufficient cpu.';
  const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }];
  expect(judge(deployment(1), [pod('worker-a', { phase: 'Pending', conditions })])).toMatchObject({
    status: 'broken',
    reason: `Unschedulable: ${message}`,
  });
});

test('an evicted pod stays as a record and is nobody', () => {
  const evicted = pod('worker-a', { phase: 'Failed', reason: 'Evicted' });
  expect(judge(deployment(0), [evicted])).toMatchObject({ status: 'idle', pods: [] });
});

test('a pod that was resized shows its own requests, the others do not repeat the template', () => {
  const resized = {
    ...pod('worker-b', READY),
    spec: { containers: [{ name: 'worker', resources: { requests: { cpu: '25m' } } }] },
  };
  const { pods } = judge(deployment(2, 2), [pod('worker-a', READY), resized]);
  expect(pods[0]).not.toHaveProperty('requests');
  expect(pods[1]?.requests).toEqual({ cpuMillis: 25 });
});

test('pods of others are not its own, and those without room are counted', () => {
  const other = pod('frontend-a', READY, { labels: { 'app.kubernetes.io/name': 'frontend' } });
  const own = ['worker-c', 'worker-a', 'worker-b'].map((name) => pod(name, READY));
  const state = judge(deployment(3, 3), [other, ...own], 2);
  expect(state.pods.map(({ name }) => name)).toEqual(['worker-a', 'worker-b']);
  expect(state.unlistedPods).toBe(1);
});

test.each(['Infeasible', 'Deferred'])(
  'a resize that is %s shows what the pod has, and why',
  (why) => {
    const message = "Node didn't have enough capacity: memory";
    const resources = { requests: { cpu: '1050m', memory: '64Mi' } };
    const refused: Pod = {
      ...pod('worker-a', {
        ...READY,
        conditions: [
          ...READY.conditions,
          { type: 'PodResizePending', status: 'True', reason: why, message },
        ],
        containerStatuses: [{ name: 'worker', resources, state: { running: {} } }],
      }),
      spec: { containers: [{ name: 'worker', resources: { requests: { memory: '900Gi' } } }] },
    };
    const state = judge(deployment(1, 1), [refused]);
    expect(state).toMatchObject({
      status: 'ok',
      reason: `pod worker-a Resize${why}: ${message}`,
      pods: [{ ready: true, reason: `Resize${why}`, message }],
    });
    expect(state.pods[0]).not.toHaveProperty('requests');
  },
);

test('pods that are not created, because of a quota or an admission, are broken and not scaling', () => {
  const message = 'pods "worker-b" is forbidden: exceeded quota: pods';
  const failure = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message };
  const workload = { ...deployment(2, 1), status: { readyReplicas: 1, conditions: [failure] } };
  expect(judge(workload, [pod('worker-a', READY)])).toMatchObject({
    status: 'broken',
    reason: `FailedCreate: ${message}`,
  });
});
