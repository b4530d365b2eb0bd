import { CA_FROM_SECRET } from '../../../charts/core/annotations';
import { chartNamed, find, lab, labProps } from '../support/lab';
import { vpaManifest } from '../support/operator-manifests';

interface Container {
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly args: string[];
}

function podSpec(name: string) {
  const { spec } = find(lab(), 'Deployment', name);
  return (spec as { template: { spec: { containers: Container[]; volumes?: object[] } } }).template
    .spec;
}

test.each(['recommender', 'updater', 'admission-controller'])(
  'the %s runs from the image of the settings, which may exist on the node only',
  (component) => {
    expect(podSpec(`vpa-${component}`).containers).toMatchObject([
      {
        image: `localhost/autoscaling-lab/vpa-${component}:1.7.0`,
        imagePullPolicy: 'IfNotPresent',
      },
    ]);
  },
);

test('nothing is left in the namespace that the release is written for', () => {
  const { objects } = chartNamed(lab(), 'Vpa');

  expect(JSON.stringify(objects)).not.toContain('kube-system');
  expect(find(lab(), 'ClusterRoleBinding', 'system:vpa-actor').subjects).toEqual([
    { kind: 'ServiceAccount', name: 'vpa-updater', namespace: 'vpa' },
  ]);
});

test('the only pod of a workload is resized too, and the floors are below what the lab sizes', () => {
  expect(podSpec('vpa-updater').containers[0].args).toContain(
    '--in-place-skip-disruption-budget=true',
  );
  const floor = (flag: string) => {
    const argument = podSpec('vpa-recommender').containers[0].args.find((arg) =>
      arg.startsWith(`--pod-recommendation-min-${flag}=`),
    );
    return Number(argument?.split('=')[1]);
  };
  // what the recommender floors at by itself
  expect(floor('memory-mb')).toBeLessThan(250);
  expect(floor('cpu-millicores')).toBeLessThan(25);
});

test('the webhook is ours, never stops a pod, and has its authority from the mounted certificate', () => {
  const webhook = find(lab(), 'MutatingWebhookConfiguration', 'vpa-webhook-config');

  expect(podSpec('vpa-admission-controller').containers[0].args).toContain(
    '--register-webhook=false',
  );
  expect(podSpec('vpa-admission-controller').volumes).toEqual([
    { name: 'tls-certs', secret: { secretName: 'vpa-tls-certs-1' } },
  ]);
  expect(webhook).toMatchObject({
    metadata: { annotations: { [CA_FROM_SECRET]: 'vpa-tls-certs-1' } },
    webhooks: [
      {
        failurePolicy: 'Ignore',
        clientConfig: { service: { namespace: 'vpa', name: 'vpa-webhook' } },
      },
    ],
  });
  expect(chartNamed(lab(), 'Vpa').objects.at(-1)?.manifest.kind).toBe(
    'MutatingWebhookConfiguration',
  );
});

test('Redis is sized in place between the bounds of the lab, and nothing else in its pod', () => {
  expect(find(lab(), 'VerticalPodAutoscaler', 'redis')).toMatchObject({
    metadata: { namespace: 'cache' },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'redis' },
      updatePolicy: { updateMode: 'InPlaceOrRecreate' },
      resourcePolicy: {
        containerPolicies: [
          {
            containerName: 'redis',
            minAllowed: { cpu: '100m', memory: '512Mi' },
            maxAllowed: { cpu: '1000m', memory: '1024Mi' },
            controlledValues: 'RequestsAndLimits',
          },
          { containerName: '*', mode: 'Off' },
        ],
      },
    },
  });
});

test('the worker gets advice only', () => {
  expect(find(lab(), 'VerticalPodAutoscaler', 'worker')).toMatchObject({
    metadata: { namespace: 'meme-generator' },
    spec: { targetRef: { kind: 'Deployment' }, updatePolicy: { updateMode: 'Off' } },
  });
});

test('fails when a container of the release is missing', () => {
  const { operatorManifests } = labProps();
  const vpa = vpaManifest().filter((object) => !JSON.stringify(object).includes('recommender'));

  expect(() => lab({ operatorManifests: { ...operatorManifests, vpa } })).toThrow(
    /^"recommender" is the name of 0 containers in the upstream manifest; exactly one/,
  );
});
