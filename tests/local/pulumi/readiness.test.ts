import { readinessCheckOf } from '../../../local/pulumi/kubernetes-provider/await/checks';
import { timeoutOf } from '../../../local/pulumi/kubernetes-provider/await/wait';
import type { KubeObject } from '../../../local/pulumi/kubernetes-provider/kube-object';
import type { Readiness } from '../../../local/pulumi/kubernetes-provider/await/readiness';

interface Surroundings {
  readonly pods?: readonly object[];
  readonly others?: Readonly<Record<string, object>>;
  readonly waitedMs?: number;
}

/** Judges an object in a cluster that holds only what is given. */
function judge(object: object, around: Surroundings = {}): Promise<Readiness> {
  const live = { metadata: { name: 'x', namespace: 'n', generation: 1 }, ...object } as KubeObject;
  return readinessCheckOf(live)!(live, {
    get: async ({ kind }) => around.others?.[kind] as KubeObject | undefined,
    list: async ({ kind }) => (kind === 'Pod' ? ((around.pods ?? []) as KubeObject[]) : []),
    waitedMs: around.waitedMs ?? 0,
  });
}

const deployment = (replicas: number, status: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  spec: { replicas, selector: { matchLabels: { app: 'x' } } },
  status: { observedGeneration: 1, ...status },
});

const pod = (status: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'n' },
  status,
});

const imagePull = pod({
  conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }],
  containerStatuses: [
    {
      name: 'c',
      image: 'nowhere/web:1',
      state: { waiting: { reason: 'ErrImagePull', message: 'failed to pull: no such host' } },
    },
  ],
});

test('a Deployment at zero replicas is ready, once its controller has seen it', async () => {
  expect(await judge(deployment(0, {}))).toMatchObject({ ready: true });
  expect(await judge(deployment(0, { observedGeneration: 0 }))).toMatchObject({ ready: false });
});

test('a Deployment waits for new pods and for the end of the old ones', async () => {
  const busy = { replicas: 3, updatedReplicas: 2, availableReplicas: 2 };
  expect(await judge(deployment(2, busy))).toMatchObject({
    ready: false,
    status: '[2/2] waiting for 1 old pods to end',
  });
  expect(await judge(deployment(2, { ...busy, replicas: 2 }))).toMatchObject({ ready: true });
});

test('a Deployment whose image cannot be pulled names condition, container and image', async () => {
  const status = {
    conditions: [
      {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      },
    ],
  };
  const readiness = await judge(deployment(1, status), { pods: [imagePull] });
  expect(readiness.status).toBe('[1/2] 0 of 1 pods ready: waiting for image');
  expect(readiness.reasons).toEqual([
    '[MinimumReplicasUnavailable] Deployment does not have minimum availability.',
    'Minimum number of live Pods was not attained',
    '[Pod n/p]: containers with unready status: [c][ErrImagePull] failed to pull: no such host (image "nowhere/web:1")',
  ]);
});

test('a StatefulSet waits for the newest revision, save with the OnDelete strategy', async () => {
  const set = (type: string) => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    spec: { replicas: 1, updateStrategy: { type } },
    status: {
      observedGeneration: 1,
      readyReplicas: 1,
      replicas: 1,
      currentRevision: 'a',
      updateRevision: 'b',
    },
  });
  expect(await judge(set('RollingUpdate'))).toMatchObject({ ready: false });
  expect(await judge(set('OnDelete'))).toMatchObject({ ready: true });
});

test('a failed Job is not waited for, and tells the exit code', async () => {
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    spec: { selector: { matchLabels: { job: 'x' } } },
    status: {
      conditions: [
        {
          type: 'Failed',
          status: 'True',
          reason: 'BackoffLimitExceeded',
          message: 'Job has reached the specified backoff limit',
        },
      ],
    },
  };
  const ended = pod({ containerStatuses: [{ name: 'c', state: { terminated: { exitCode: 3 } } }] });
  expect(await judge(job, { pods: [ended] })).toMatchObject({
    ready: false,
    failed: true,
    reasons: [
      'container "c" completed with exit code 3',
      '[BackoffLimitExceeded] Job has reached the specified backoff limit',
    ],
  });
});

test('a Service without pods is ready after ten seconds, a headless one at once', async () => {
  const service = (clusterIP: string) => ({
    apiVersion: 'v1',
    kind: 'Service',
    spec: { clusterIP, selector: { app: 'x' } },
  });
  expect(await judge(service('10.0.0.1'), { waitedMs: 9_000 })).toMatchObject({ ready: false });
  expect(await judge(service('10.0.0.1'), { waitedMs: 10_000 })).toMatchObject({ ready: true });
  expect(await judge(service('10.0.0.1'), { waitedMs: 60_000, pods: [imagePull] })).toMatchObject({
    ready: false,
    status: '0 of 1 pods ready',
  });
  expect(await judge(service('None'))).toMatchObject({ ready: true });
});

test('a claim waits to be bound, unless its class binds with the first pod', async () => {
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    spec: { storageClassName: 'local-path' },
    status: { phase: 'Pending' },
  };
  const classOf = (volumeBindingMode: string) => ({
    others: { StorageClass: { volumeBindingMode } },
  });
  expect(await judge(claim, classOf('Immediate'))).toMatchObject({ ready: false });
  expect(await judge(claim, classOf('WaitForFirstConsumer'))).toMatchObject({ ready: true });
});

test('the resource option decides over the annotation, the annotation over ten minutes', () => {
  const annotated = (text: string) =>
    ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { annotations: { 'pulumi.com/timeoutSeconds': text } },
    }) as KubeObject;
  expect(timeoutOf(annotated('15'), 3)).toBe(3_000);
  expect(timeoutOf(annotated('15'), 0)).toBe(15_000);
  expect(timeoutOf({ apiVersion: 'v1', kind: 'Pod', metadata: {} }, 0)).toBe(600_000);
  expect(() => timeoutOf(annotated('soon'), 0)).toThrow(
    'annotation "pulumi.com/timeoutSeconds" must be a number of seconds above 0, got "soon"',
  );
});
