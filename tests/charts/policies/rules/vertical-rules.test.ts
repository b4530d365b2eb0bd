import { LabGraph } from '../../../../charts/policies/rules/lab-graph';
import { verticalAndHorizontalDisjoint } from '../../../../charts/policies/rules/vertical-and-horizontal-disjoint';
import { lab, withField, withMore } from '../../support/lab';

const SIZER = 'VerticalScalers/Worker';

const onWorker = (metrics: object[]) => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'by-cpu', namespace: 'meme-generator' },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'worker' }, maxReplicas: 10, metrics },
});
const CPU = { type: 'Resource', resource: { name: 'cpu' } };

const active = () => withField(lab(), SIZER, 'spec.updatePolicy.updateMode', 'InPlaceOrRecreate');
const violations = (charts: ReturnType<typeof lab>) =>
  verticalAndHorizontalDisjoint(new LabGraph(charts));

test.each([
  ['a resource of the pod', CPU],
  ['a resource of a container', { type: 'ContainerResource', containerResource: { name: 'cpu' } }],
])('fails when what is sized is what an HPA scales on: %s', (_case, metric) => {
  const broken = withMore(active(), 'WorkerScaler', 'WorkerScaler/ByCpu', onWorker([metric]));

  expect(violations(broken)).toEqual([
    {
      path: SIZER,
      message:
        'VerticalPodAutoscaler "worker" sets "cpu" of Deployment "worker", which ' +
        'HorizontalPodAutoscaler "by-cpu" (WorkerScaler/ByCpu) scales on "cpu"; leave it out of ' +
        '"controlledResources", or scale on something else',
    },
  ]);
});

const WORKER = 'Worker/Deployment';
const POD = 'spec.template.spec';
const POLICIES = 'spec.resourcePolicy.containerPolicies';
const side = { name: 'side', image: 'side:1.0.0' };
const withSide = (policies: object[]) =>
  withMore(
    withField(withField(active(), WORKER, `${POD}.containers.1`, side), SIZER, POLICIES, policies),
    'WorkerScaler',
    'WorkerScaler/ByCpu',
    onWorker([CPU]),
  );

test('fails when a container that no policy names is sized in what an HPA scales on', () => {
  expect(violations(withSide([{ containerName: 'side', mode: 'Off' }]))).toMatchObject([
    { path: SIZER, message: expect.stringContaining('sets "cpu" of Deployment "worker"') },
  ]);
});

test('a policy that sizes no container of the target sets nothing', () => {
  const off = [{ containerName: '*', mode: 'Off' }, { containerName: 'gone' }];

  expect(violations(withSide(off))).toEqual([]);
});

test('fails when KEDA scales on what is sized', () => {
  const triggers = [{ type: 'memory', metadata: { value: '60' } }];
  const broken = withField(active(), 'WorkerScaler/ScaledObject', 'spec.triggers', triggers);

  expect(violations(broken).map(({ message }) => message)).toEqual([
    expect.stringMatching(/sets "memory" of Deployment "worker", which ScaledObject "worker"/),
  ]);
});

test('advice, scaling on the queue, and another resource are fine', () => {
  const byCpu = onWorker([CPU]);
  const memoryOnly = withField(
    active(),
    SIZER,
    'spec.resourcePolicy.containerPolicies.0.controlledResources',
    ['memory'],
  );

  expect(violations(withMore(lab(), 'WorkerScaler', 'WorkerScaler/ByCpu', byCpu))).toEqual([]);
  expect(violations(active())).toEqual([]);
  expect(violations(withMore(memoryOnly, 'WorkerScaler', 'WorkerScaler/ByCpu', byCpu))).toEqual([]);
});
