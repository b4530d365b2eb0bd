import { ackPendingCoversWorkers } from '../../../../charts/policies/rules/ack-pending-covers-workers';
import { consumerBeforeScaler } from '../../../../charts/policies/rules/consumer-before-scaler';
import { cooldownExceedsAckWait } from '../../../../charts/policies/rules/cooldown-exceeds-ack-wait';
import { LabGraph } from '../../../../charts/policies/rules/lab-graph';
import { noReplicasOnScaledTarget } from '../../../../charts/policies/rules/no-replicas-on-scaled-target';
import { oneScalerPerTarget } from '../../../../charts/policies/rules/one-scaler-per-target';
import { ruleException } from '../../../../charts/policies/rules/rule-exception';
import { scalerHasTarget } from '../../../../charts/policies/rules/scaler-has-target';
import { scalerNameFits } from '../../../../charts/policies/rules/scaler-name-fits';
import { lab, withDependencies, withField, withMore } from '../../support/lab';

const SCALER = 'WorkerScaler/ScaledObject';
const PROVIDES = 'autoscaling-lab/provides-consumer';

const SECOND_SCALER = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'by-hand', namespace: 'meme-generator' },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'worker' }, maxReplicas: 10 },
};

const RULE = 'one-scaler-per-target';

const excepted = (reason: string) => ({
  ...SECOND_SCALER,
  metadata: { ...SECOND_SCALER.metadata, annotations: ruleException(RULE, reason) },
});

test('fails when a scaled target has replicas', () => {
  const broken = withField(lab(), 'Worker/Deployment', 'spec.replicas', 2);

  expect(noReplicasOnScaledTarget(new LabGraph(broken))).toEqual([
    {
      path: 'Worker/Deployment',
      message:
        '"spec.replicas" is 2 while ScaledObject "worker" scales it; leave "replicas" out: ' +
        'call markHasAutoscaler() on the workload',
    },
  ]);
});

test('fails when two autoscalers, of whatever kind, have one target', () => {
  const broken = withMore(lab(), 'WorkerScaler', 'WorkerScaler/ByHand', SECOND_SCALER);

  expect(oneScalerPerTarget(new LabGraph(broken))).toEqual([
    {
      path: 'WorkerScaler/ByHand',
      message:
        'HorizontalPodAutoscaler "by-hand" scales Deployment "worker" in "meme-generator", ' +
        `and so does ScaledObject "worker" (${SCALER}); remove one, or put both triggers ` +
        'into one ScaledObject',
    },
  ]);
});

test('a scaler with an exception may share a target with one that has none', () => {
  const allowed = withMore(lab(), 'WorkerScaler', 'WorkerScaler/ByHand', excepted('to show it'));

  expect(oneScalerPerTarget(new LabGraph(allowed))).toEqual([]);
});

test('fails when two scalers without an exception share a target with one that has it', () => {
  const allowed = withMore(lab(), 'WorkerScaler', 'WorkerScaler/ByHand', excepted('to show it'));
  const broken = withMore(allowed, 'WorkerScaler', 'WorkerScaler/Third', SECOND_SCALER);

  expect(oneScalerPerTarget(new LabGraph(broken)).map(({ path }) => path)).toEqual([
    'WorkerScaler/Third',
  ]);
});

test('fails when nothing needs an exception', () => {
  const broken = withField(lab(), SCALER, 'metadata.annotations', ruleException(RULE, 'no longer'));

  expect(oneScalerPerTarget(new LabGraph(broken))).toEqual([
    { path: SCALER, message: expect.stringContaining('remove the exception') },
  ]);
});

test('fails when an exception has no reason', () => {
  expect(() => ruleException(RULE, ' ')).toThrow(
    '"reason" is empty; say why the rule "one-scaler-per-target" does not hold here',
  );
});

test('two autoscalers of targets with one name in two namespaces are fine', () => {
  const metadata = { name: 'by-hand', namespace: 'shop' };
  const other = withMore(lab(), 'WorkerScaler', 'WorkerScaler/Shop', {
    ...SECOND_SCALER,
    metadata,
  });

  expect(oneScalerPerTarget(new LabGraph(other))).toEqual([]);
});

test('fails when the target of an autoscaler does not exist', () => {
  const broken = withField(lab(), SCALER, 'spec.scaleTargetRef.name', 'missing');

  expect(scalerHasTarget(new LabGraph(broken))).toEqual([
    { path: SCALER, message: expect.stringContaining('scales Deployment "missing"') },
  ]);
});

test('fails when an autoscaler may come before its target', () => {
  const broken = withDependencies(lab(), 'WorkerScaler', ['Namespaces', 'Keda']);

  expect(scalerHasTarget(new LabGraph(broken))).toEqual([
    { path: SCALER, message: expect.stringContaining('which it does not depend on') },
  ]);
});

test('fails when nothing creates the consumer of a scaler', () => {
  const broken = withField(lab(), 'NatsBootstrap/Deployment', `metadata.annotations`, {
    [PROVIDES]: 'MEMES/another',
  });

  expect(consumerBeforeScaler(new LabGraph(broken))).toEqual([
    {
      path: SCALER,
      message: expect.stringContaining(
        'reads the consumer "MEMES/meme-generator" and depends on nothing that creates it',
      ),
    },
  ]);
});

test('fails when the scaler may come before its consumer', () => {
  const unordered = withDependencies(lab(), 'Worker', ['Namespaces']);
  const broken = withDependencies(unordered, 'WorkerScaler', ['Namespaces', 'Keda', 'Worker']);

  expect(consumerBeforeScaler(new LabGraph(broken))).toHaveLength(1);
});

test.each([20, 5])('fails when the cooldown is %d seconds, not above the ack wait', (seconds) => {
  const broken = new LabGraph(lab({ cooldownPeriod: seconds }));

  expect(cooldownExceedsAckWait(broken)).toEqual([
    {
      path: SCALER,
      message: expect.stringContaining(
        `is ${seconds} seconds; it must be greater than the ack wait`,
      ),
    },
  ]);
});

test('a cooldown that a scaler does not state is five minutes', () => {
  const silent = withField(lab(), SCALER, 'spec.cooldownPeriod', undefined);

  expect(cooldownExceedsAckWait(new LabGraph(silent))).toEqual([]);
});

test('fails when all workers together want more messages than the consumer lets out', () => {
  const broken = new LabGraph(lab({ maxReplicas: 101, workerConcurrency: 10 }));

  expect(ackPendingCoversWorkers(broken)).toEqual([
    { path: SCALER, message: expect.stringContaining('need 1010 messages in work') },
  ]);
  expect(
    ackPendingCoversWorkers(new LabGraph(lab({ maxReplicas: 100, workerConcurrency: 10 }))),
  ).toEqual([]);
});

test('fails when the name of a scaler leaves no room for the prefix', () => {
  const broken = withField(lab(), SCALER, 'metadata.name', 'n'.repeat(55));

  expect(scalerNameFits(new LabGraph(broken))).toEqual([
    { path: SCALER, message: expect.stringContaining('at most 54 fit: choose a shorter name') },
  ]);
});
