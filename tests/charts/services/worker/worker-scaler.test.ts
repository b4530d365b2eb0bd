import { type LabChart } from '../../../../charts/core/lab-chart';
import { checkRules } from '../../../../charts/policies/rules/check-rules';
import { SCALING_MODES } from '../../../../workloads/protocol/scaling-mode';
import { chartNamed, find, findObject, lab } from '../../support/lab';

const scaler = () => find(lab(), 'ScaledObject', 'worker');

test('scales the worker from and to zero on the lag of its consumer', () => {
  expect(scaler()).toMatchObject({
    metadata: { namespace: 'meme-generator' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'worker' },
      minReplicaCount: 0,
      maxReplicaCount: 10,
      pollingInterval: 1,
      cooldownPeriod: 30,
      triggers: [
        {
          type: 'nats-jetstream',
          metadata: {
            natsServerMonitoringEndpoint: 'nats-headless.messaging.svc.cluster.local:8222',
            account: 'LAB',
            stream: 'MEMES',
            consumer: 'meme-generator',
            lagThreshold: '5',
            activationLagThreshold: '0',
          },
        },
      ],
    },
  });
});

test('reaches the maximum at one look of the HPA, whatever the maximum', () => {
  const charts = lab({ maxReplicas: 40 });

  expect(find(charts, 'ScaledObject', 'worker')).toHaveProperty(
    'spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleUp',
    { stabilizationWindowSeconds: 0, policies: [{ type: 'Pods', value: 40, periodSeconds: 15 }] },
  );
});

test('shrinks on the same clock as it goes to zero', () => {
  expect(scaler()).toMatchObject({
    spec: {
      advanced: {
        horizontalPodAutoscalerConfig: {
          behavior: { scaleDown: { stabilizationWindowSeconds: 30 } },
        },
      },
    },
  });
});

test.each(['queue', 'cpu'] as const)(
  "a cooldown of two hours is KEDA's, and the HPA of mode %s looks back one",
  (scalingMode) => {
    const [{ kind, spec }] = scalersOf(lab({ scalingMode, cooldownPeriod: 7200 }));
    const { behavior } = (
      scalingMode === 'cpu'
        ? spec
        : (spec as ScaledObjectSpec).advanced.horizontalPodAutoscalerConfig
    ) as { behavior: Record<string, Rules> };

    expect(behavior.scaleDown?.stabilizationWindowSeconds).toBe(3600);
    if (kind === 'ScaledObject') expect(spec).toHaveProperty('cooldownPeriod', 7200);
  },
);

test('has no fallback: a restart of the queue wakes nobody', () => {
  expect(scaler()).not.toHaveProperty('spec.fallback');
});

test.each([
  ['queue', ['ScaledObject']],
  ['kpi', ['ScaledObject']],
  ['cpu', ['HorizontalPodAutoscaler']],
  ['conflict', ['ScaledObject', 'HorizontalPodAutoscaler']],
] as const)('scalingMode %s makes %j', (scalingMode, kinds) => {
  expect(scalersOf(lab({ scalingMode })).map(({ kind }) => kind)).toEqual(kinds);
});

test.each(SCALING_MODES)('scalingMode %s keeps the rules, and no replicas fight it', (mode) => {
  const charts = lab({ scalingMode: mode });

  expect(() => checkRules(charts)).not.toThrow();
  expect(find(charts, 'Deployment', 'worker').spec).not.toHaveProperty('replicas');
});

test('on CPU, the worker is never at zero, where an HPA would leave it for ever', () => {
  const scaler = find(lab({ scalingMode: 'cpu' }), 'HorizontalPodAutoscaler', 'worker-cpu');

  expect(scaler).toMatchObject({
    spec: {
      scaleTargetRef: { kind: 'Deployment', name: 'worker' },
      minReplicas: 1,
      maxReplicas: 10,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
        },
      ],
    },
  });
});

test('every mode goes up and down by the same rules', () => {
  const behaviors = [
    find(lab({ scalingMode: 'cpu' }), 'HorizontalPodAutoscaler', 'worker-cpu').spec,
    ...(['queue', 'kpi'] as const).map(
      (scalingMode) =>
        (scalersOf(lab({ scalingMode }))[0]!.spec as ScaledObjectSpec).advanced
          .horizontalPodAutoscalerConfig,
    ),
  ].map((spec) => (spec as { behavior: Record<string, Rules> }).behavior);

  const figures = behaviors.map(({ scaleUp, scaleDown }) =>
    [scaleUp!, scaleDown!].map(({ stabilizationWindowSeconds, policies }) => ({
      stabilizationWindowSeconds,
      policies,
    })),
  );
  expect(figures[1]).toEqual(figures[0]);
  expect(figures[2]).toEqual(figures[0]);
});

test('a scaler that goes gives the worker its replica back, so that the next one finds a pod', () => {
  expect(scaler()).toHaveProperty('spec.advanced.restoreToOriginalReplicaCount', true);
});

test('KEDA may take the worker over while the HPA is still there', () => {
  const { metadata } = find(lab({ scalingMode: 'cpu' }), 'HorizontalPodAutoscaler', 'worker-cpu');

  expect(metadata.annotations).toEqual({ 'validations.keda.sh/hpa-ownership': 'false' });
});

test('the second scaler of the conflict says why it may be there', () => {
  const charts = lab({ scalingMode: 'conflict' });
  const { metadata } = find(charts, 'HorizontalPodAutoscaler', 'worker-cpu');

  expect(metadata.annotations).toMatchObject({
    'autoscaling-lab/exception.one-scaler-per-target': expect.stringContaining('conflict'),
  });
});

test('an object keeps its path in every mode, so that a switch replaces nothing that stays', () => {
  const paths = (['queue', 'kpi', 'conflict'] as const).map(
    (scalingMode) => findObject(lab({ scalingMode }), 'ScaledObject', 'worker').path,
  );

  expect(new Set(paths)).toEqual(new Set(['WorkerScaler/ScaledObject']));
});

test('asks Prometheus for the workers needed, one replica for each, and takes no answer for none', () => {
  const charts = lab({ scalingMode: 'kpi', workerConcurrency: 3, drainTarget: 20 });

  expect(scalersOf(charts)[0]).toMatchObject({
    spec: {
      minReplicaCount: 0,
      triggers: [
        {
          type: 'prometheus',
          metadata: {
            serverAddress: 'http://prometheus.monitoring.svc.cluster.local:9090',
            query: expect.stringMatching(/vector\(2\)\) \/ 60$/),
            threshold: '1',
            activationThreshold: '0',
            ignoreNullValues: 'false',
          },
        },
      ],
    },
  });
});

test('asks for workers also where a meme is set to take no time', () => {
  const charts = lab({ scalingMode: 'kpi', workerSecondsPerMeme: 0 });

  expect(JSON.stringify(scalersOf(charts)[0])).toContain('vector(0.1)');
});

test.each([
  ['pollingInterval', -1, 'it must be a number of at least 0'],
  ['pollingInterval', 0, 'it must be a whole number of at least 1'],
  ['cooldownPeriod', -1, 'it must be a number of at least 0'],
  ['cooldownPeriod', 30.5, 'it must be a whole number of at least 0'],
])('fails when %s is %d', (field, value, allowed) => {
  expect(() => lab({ [field]: value })).toThrow(`"${field}" is ${value}; ${allowed}`);
});

interface Rules {
  readonly stabilizationWindowSeconds: number;
  readonly policies: readonly object[];
}

interface ScaledObjectSpec {
  readonly advanced: { readonly horizontalPodAutoscalerConfig: object };
}

function scalersOf(charts: readonly LabChart[]) {
  return chartNamed(charts, 'WorkerScaler').objects.map(({ manifest }) => manifest);
}
