import { graceExceedsShutdown } from '../../../../charts/policies/rules/grace-exceeds-shutdown';
import { immutableImageTag } from '../../../../charts/policies/rules/immutable-image-tag';
import { LabGraph } from '../../../../charts/policies/rules/lab-graph';
import { replicasSpread } from '../../../../charts/policies/rules/replicas-spread';
import { requestsOnContainers } from '../../../../charts/policies/rules/requests-on-containers';
import { restrictedSecurity } from '../../../../charts/policies/rules/restricted-security';
import { lab, withField, withMore } from '../../support/lab';

const POD = 'spec.template.spec';
const CONTAINER = `${POD}.containers.0`;

const workerWith = (field: string, value: unknown) =>
  new LabGraph(withField(lab(), 'Worker/Deployment', field, value));
const natsWith = (field: string, value: unknown) =>
  new LabGraph(withField(lab(), 'Nats/StatefulSet', field, value));

const image = (reference: string) =>
  immutableImageTag(workerWith(`${CONTAINER}.image`, reference)).map(({ message }) => message);

test.each([
  ['worker', 'which has no tag and so means latest'],
  ['registry.example:5000/lab/worker', 'which has no tag and so means latest'],
  ['worker:latest', 'whose tag "latest" moves'],
  ['worker:main', 'whose tag "main" moves'],
  ['nats:2', 'whose tag "2" names a major or minor version only'],
  ['nats:v2', 'whose tag "v2" names a major or minor version only'],
  ['node:20-bookworm-slim', 'whose tag "20-bookworm-slim" names a major or minor version only'],
  ['nats:2.14-alpine', 'whose tag "2.14-alpine" names a major or minor version only'],
  ['redis:7.4', 'whose tag "7.4" names a major or minor version only'],
  ['kube:v1.34', 'whose tag "v1.34" names a major or minor version only'],
])('fails when an image is %s', (reference, fault) => {
  expect(image(reference)).toEqual([
    `image of container "worker" is "${reference}", ${fault}; give a full version or a digest`,
  ]);
});

test.each([
  'nats:2.14.9-alpine',
  'redis:7.4.1',
  'registry.example:5000/lab/worker:0.1.0-0123456789ab',
  'worker:123456789012',
  'worker:4a44dc1536420497',
  `worker@sha256:${'0'.repeat(64)}`,
])('an image may be %s', (reference) => {
  expect(image(reference)).toEqual([]);
});

test('fails when an operator runs from a tag that moves', () => {
  const path = 'Keda/DeploymentKedaOperator';
  const broken = withField(lab(), path, `${CONTAINER}.image`, 'ghcr.io/kedacore/keda:main');

  expect(immutableImageTag(new LabGraph(broken))).toMatchObject([{ path }]);
});

test('fails when a container of ours requests no memory', () => {
  const broken = workerWith(`${CONTAINER}.resources.requests`, { cpu: '50m' });

  expect(requestsOnContainers(broken)).toEqual([
    {
      path: 'Worker/Deployment',
      message: 'container "worker" has no "resources.requests.memory"; state what it needs',
    },
  ]);
});

test('fails when an init container or a job in a CronJob requests nothing', () => {
  const spec = { containers: [{ name: 'main' }], initContainers: [{ name: 'first' }] };
  const broken = withMore(lab(), 'Worker', 'Worker/Nightly', {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'nightly', namespace: 'meme-generator' },
    spec: { jobTemplate: { spec: { template: { spec } } } },
  });

  expect(requestsOnContainers(new LabGraph(broken)).map(({ message }) => message)).toEqual(
    ['first', 'first', 'main', 'main'].map((name) => expect.stringContaining(`"${name}" has no`)),
  );
});

test('what an upstream release asks for is its own affair', () => {
  const keda = 'Keda/DeploymentKedaOperator';
  const asReleased = withField(lab(), keda, `${CONTAINER}.resources`, undefined);

  expect(requestsOnContainers(new LabGraph(asReleased))).toEqual([]);
});

test.each([
  [`${CONTAINER}.securityContext.privileged`, true, '"privileged" is true'],
  [
    `${CONTAINER}.securityContext.allowPrivilegeEscalation`,
    undefined,
    '"allowPrivilegeEscalation" is undefined, not false',
  ],
  [
    `${CONTAINER}.securityContext.readOnlyRootFilesystem`,
    false,
    '"readOnlyRootFilesystem" is false, not true',
  ],
  [`${CONTAINER}.securityContext.capabilities.drop`, [], '"capabilities.drop" is [], without ALL'],
  [
    `${CONTAINER}.securityContext.capabilities.add`,
    ['SYS_ADMIN'],
    '"capabilities.add" is [SYS_ADMIN]',
  ],
  [`${POD}.securityContext.runAsNonRoot`, undefined, '"runAsNonRoot" is undefined, not true'],
  [`${POD}.securityContext.runAsUser`, 0, '"runAsUser" is 0, which is root'],
  [
    `${POD}.securityContext.seccompProfile.type`,
    'Unconfined',
    '"seccompProfile.type" is Unconfined, not RuntimeDefault',
  ],
])('fails when %s is %p', (field, value, fault) => {
  expect(restrictedSecurity(natsWith(field, value))).toEqual([
    {
      path: 'Nats/StatefulSet',
      message: `container "nats": ${fault}; use the settings of constructs/restricted-security`,
    },
  ]);
});

test.each([
  [`${POD}.hostNetwork`, true, '"hostNetwork" is true'],
  [`${POD}.hostPID`, true, '"hostPID" is true'],
  [`${POD}.volumes.0`, { name: 'config', hostPath: { path: '/' } }, 'volume "config" is a'],
])('fails when %s reaches into the node', (field, value, fault) => {
  expect(restrictedSecurity(natsWith(field, value))).toEqual([
    { path: 'Nats/StatefulSet', message: expect.stringContaining(fault) },
  ]);
});

test('a container may bind a low port', () => {
  const field = `${CONTAINER}.securityContext.capabilities.add`;

  expect(restrictedSecurity(natsWith(field, ['NET_BIND_SERVICE']))).toEqual([]);
});

test.each([20, undefined])(
  'fails when the pod is killed after %p seconds and takes longer to stop',
  (seconds) => {
    const slow = withField(lab(), 'Worker/Deployment', `${CONTAINER}.env`, [
      { name: 'SHUTDOWN_GRACE_SECONDS', value: '30' },
    ]);
    const field = `${POD}.terminationGracePeriodSeconds`;
    const broken = withField(slow, 'Worker/Deployment', field, seconds);

    expect(graceExceedsShutdown(new LabGraph(broken))).toEqual([
      {
        path: 'Worker/Deployment',
        message: expect.stringContaining('SHUTDOWN_GRACE_SECONDS is 30; the pod would be killed'),
      },
    ]);
  },
);

test('fails when the worker stops before a meme is done', () => {
  const broken = workerWith(`${CONTAINER}.env`, [
    { name: 'SHUTDOWN_GRACE_SECONDS', value: '20' },
    { name: 'LOCAL_GENERATOR_SECONDS', value: '20' },
  ]);

  expect(graceExceedsShutdown(broken)).toEqual([
    {
      path: 'Worker/Deployment',
      message: expect.stringContaining('one meme takes at least 20 seconds'),
    },
  ]);
});

const SPREAD = `${POD}.topologySpreadConstraints`;

test('fails when what is scaled to several pods, or has several, says nothing of nodes', () => {
  const replicated = withField(lab({ natsReplicas: 3 }), 'Nats/StatefulSet', SPREAD, undefined);

  expect(replicasSpread(workerWith(SPREAD, undefined))).toEqual([
    {
      path: 'Worker/Deployment',
      message:
        'up to 10 pods may all be on one node; add "topologySpreadConstraints" on "kubernetes.io/hostname" that select them, see constructs/spread-over-nodes',
    },
  ]);
  expect(replicasSpread(new LabGraph(replicated))).toMatchObject([{ path: 'Nats/StatefulSet' }]);
});

test.each([
  [`${SPREAD}.0.labelSelector.matchLabels`, { 'app.kubernetes.io/name': 'another' }],
  [`${SPREAD}.0.topologyKey`, 'topology.kubernetes.io/zone'],
])('fails when %s is of other pods, or not of nodes', (field, value) => {
  expect(replicasSpread(workerWith(field, value))).toHaveLength(1);
});

test('a single pod has nothing to spread', () => {
  expect(replicasSpread(natsWith(SPREAD, undefined))).toEqual([]);
});
