import { chartNamed, find, findObject, lab, labProps } from '../support/lab';
import { kedaManifest, vpaManifest } from '../support/operator-manifests';

const withKeda = (keda: object[]) => lab({ operatorManifests: { keda, vpa: vpaManifest() } });

test.each([
  ['keda-operator', 'localhost/autoscaling-lab/keda:2.20.2'],
  ['keda-metrics-apiserver', 'localhost/autoscaling-lab/keda-metrics-apiserver:2.20.2'],
  ['keda-admission', 'localhost/autoscaling-lab/keda-admission-webhooks:2.20.2'],
])('%s runs from the image of the settings, which may exist on the node only', (name, image) => {
  expect(find(lab(), 'Deployment', name)).toMatchObject({
    spec: { template: { spec: { containers: [{ image, imagePullPolicy: 'IfNotPresent' }] } } },
  });
});

test.each(['keda-operator', 'keda-metrics-apiserver', 'keda-admission'])(
  '%s asks for little of a small node',
  (name) => {
    expect(find(lab(), 'Deployment', name)).toMatchObject({
      spec: {
        template: {
          spec: { containers: [{ resources: { requests: { cpu: '20m', memory: '100Mi' } } }] },
        },
      },
    });
  },
);

test('the given manifest stays as it was', () => {
  const { operatorManifests } = labProps();
  const before = JSON.stringify(operatorManifests);
  lab({ operatorManifests });

  expect(JSON.stringify(operatorManifests)).toBe(before);
});

test('other fields and labels of the release stay', () => {
  expect(find(lab(), 'Deployment', 'keda-operator')).toMatchObject({
    metadata: { namespace: 'keda', labels: { app: 'keda-operator' } },
    spec: {
      replicas: 1,
      template: {
        spec: { containers: [{ readinessProbe: { httpGet: { path: '/readyz', port: 8081 } } }] },
      },
    },
  });
});

test('definitions come first, and what calls into KEDA comes last', () => {
  const kinds = chartNamed(lab(), 'Keda').objects.map(({ manifest }) => manifest.kind);

  expect(kinds[0]).toBe('CustomResourceDefinition');
  expect(kinds.slice(-2).sort()).toEqual(['APIService', 'ValidatingWebhookConfiguration']);
});

test('the operator, which makes the certificate, is up before those that mount it', () => {
  for (const name of ['keda-admission', 'keda-metrics-apiserver']) {
    expect(findObject(lab(), 'Deployment', name).dependsOn).toContain(
      'Keda/DeploymentKedaOperator',
    );
  }
});

test('nothing waits for a Service, which itself waits for its pods', () => {
  const dependencies = chartNamed(lab(), 'Keda')
    .objects.filter(({ manifest }) => manifest.kind === 'Deployment')
    .flatMap(({ dependsOn }) => dependsOn);

  expect(dependencies).not.toContain('Keda/ServiceKedaOperator');
});

test('fails when the manifest is empty', () => {
  expect(() => withKeda([])).toThrow(/^"operatorManifests.keda" is an empty list; pass the parsed/);
});

test('fails when a document is not a Kubernetes object', () => {
  expect(() => withKeda([...kedaManifest(), { error: 'Not Found' }])).toThrow(
    /^"operatorManifests.keda\[11\]" is {"error":"Not Found"}; every document must be an object/,
  );
});

test('fails when a container of the release is missing', () => {
  const withoutWebhooks = kedaManifest().filter(
    (object) => !JSON.stringify(object).includes('keda-admission-webhooks'),
  );

  expect(() => withKeda(withoutWebhooks)).toThrow(
    /^"keda-admission-webhooks" is the name of 0 containers in the upstream manifest; exactly one/,
  );
});

test('fails when the operator has another name', () => {
  const renamed = kedaManifest().map((object) =>
    JSON.stringify(object).includes('"name":"keda-operator","namespace":"keda","labels"')
      ? { ...object, metadata: { name: 'keda', namespace: 'keda' } }
      : object,
  );

  expect(() => withKeda(renamed)).toThrow(
    '"operatorManifests.keda" has no Deployment "keda-operator" but "keda-metrics-apiserver", "keda-admission", "keda"',
  );
});
