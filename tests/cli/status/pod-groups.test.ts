import type { V1ContainerStatus, V1Deployment, V1Pod } from '@kubernetes/client-node';
import { workloadStatuses } from '../../../cli/status/pod-groups';

const LABELS = { app: 'worker' };

function workload(replicas: number, readyReplicas?: number, namespace = 'lab'): V1Deployment {
  return {
    metadata: { name: 'worker', namespace },
    spec: { replicas, selector: { matchLabels: LABELS }, template: {} },
    status: { readyReplicas },
  };
}

function pod(status: V1Pod['status'] = {}, labels: Record<string, string> = LABELS): V1Pod {
  return { metadata: { name: 'worker-1', namespace: 'lab', labels }, status };
}

function waiting(reason: string, message?: string): V1ContainerStatus {
  return {
    name: 'main',
    image: '',
    imageID: '',
    ready: false,
    restartCount: 0,
    state: { waiting: { reason, message } },
  };
}

const stateOf = (deployment: V1Deployment, pods: V1Pod[]) => {
  const [{ state, reason } = { state: undefined, reason: undefined }] = workloadStatuses(
    [deployment],
    pods,
  );
  return [state, reason];
};

test('zero wanted replicas are idle, and stopping while pods are left', () => {
  expect(stateOf(workload(0), [])).toEqual(['idle', undefined]);
  expect(stateOf(workload(0), [pod({ phase: 'Running' })])).toEqual(['stopping', undefined]);
});

test('the records of evicted and finished pods do not count as pods', () => {
  const ended = [pod({ phase: 'Failed' }), pod({ phase: 'Succeeded' })];
  expect(stateOf(workload(0), ended)).toEqual(['idle', undefined]);
});

test('a workload is starting until every wanted pod is ready', () => {
  expect(stateOf(workload(3), [])).toEqual(['starting', undefined]);
  expect(stateOf(workload(3, 2), [pod()])).toEqual(['starting', undefined]);
  expect(stateOf(workload(3, 3), [pod()])).toEqual(['ready', undefined]);
});

test('counts, name and namespace are shown', () => {
  expect(workloadStatuses([workload(3, 2)], [])).toEqual([
    { namespace: 'lab', name: 'worker', wanted: 3, ready: 2, state: 'starting' },
  ]);
});

test.each([
  'ImagePullBackOff',
  'ErrImagePull',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CrashLoopBackOff',
  'CreateContainerConfigError',
  'RunContainerError',
])('a container that waits for %s is broken', (reason) => {
  expect(stateOf(workload(1), [pod({ containerStatuses: [waiting(reason, 'no such')] })])).toEqual([
    'broken',
    `worker-1/main: ${reason}, no such`,
  ]);
});

test.each(['ContainerCreating', 'PodInitializing'])('%s passes by itself', (reason) => {
  expect(stateOf(workload(1), [pod({ containerStatuses: [waiting(reason)] })])).toEqual([
    'starting',
    undefined,
  ]);
});

test('the fault of an init container is shown, not the wait of those behind it', () => {
  const status = {
    initContainerStatuses: [waiting('CrashLoopBackOff')],
    containerStatuses: [waiting('PodInitializing')],
  };
  expect(stateOf(workload(1), [pod(status)])).toEqual([
    'broken',
    'worker-1/main: CrashLoopBackOff',
  ]);
});

test('a pod that fits on no node says why', () => {
  const message = '0/1 nodes are available: 1 Insufficient cpu';
  const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }];
  expect(stateOf(workload(1), [pod({ conditions })])).toEqual(['broken', `worker-1: ${message}`]);
});

test('pods of other namespaces and other labels are not its own', () => {
  const broken = { containerStatuses: [waiting('ErrImagePull')] };
  expect(stateOf(workload(1, 1, 'other'), [pod(broken)])).toEqual(['ready', undefined]);
  expect(stateOf(workload(1, 1), [pod(broken, { app: 'other' })])).toEqual(['ready', undefined]);
  expect(stateOf(workload(1, 1), [pod(broken, { ...LABELS, extra: 'yes' })])[0]).toBe('broken');
});
