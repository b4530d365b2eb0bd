import { ApiSchema } from './support/api-schema';
import { SCALING_MODES } from '../../workloads/protocol/scaling-mode';
import { chartNamed, find, lab } from './support/lab';

jest.setTimeout(60_000);

let schema: ApiSchema;

beforeAll(async () => {
  schema = await ApiSchema.load();
}, 120_000);

const everything = () =>
  lab({
    natsReplicas: 3,
    natsTls: true,
    natsNodePort: 30422,
    redisStorage: '1Gi',
    networkPolicies: true,
    resourceQuotas: true,
    ingressHost: 'memes.example.com',
    ingressIssuer: 'letsencrypt',
  });

test('every object of ours is what the pinned API server and the operators describe', () => {
  const own = everything()
    .filter(({ upstream }) => !upstream)
    .flatMap(({ objects }) => objects);

  expect(
    own.flatMap(({ path, manifest }) => schema.faults(manifest).map((fault) => `${path}${fault}`)),
  ).toEqual([]);
  const kinds = own.map(({ manifest }) => manifest.kind);
  expect(kinds).toEqual(expect.arrayContaining(['ScaledObject', 'VerticalPodAutoscaler']));
});

test('the objects of every mode of scaling are', () => {
  for (const scalingMode of SCALING_MODES) {
    const scaler = chartNamed(lab({ scalingMode }), 'WorkerScaler');
    expect(scaler.objects.flatMap(({ manifest }) => schema.faults(manifest))).toEqual([]);
  }
});

test('a field that is misspelt, missing or of another type is a fault', () => {
  const wrong = structuredClone(find(lab(), 'StatefulSet', 'redis')) as unknown as {
    spec: { replicas: unknown; selector?: object; tempalte?: object };
  };
  wrong.spec.replicas = 'one';
  wrong.spec.tempalte = {};
  delete wrong.spec.selector;

  expect(schema.faults(wrong as never)).toEqual([
    '.spec.selector is missing',
    '.spec.replicas is "one", allowed: integer',
    '.spec.tempalte is no field of this kind',
  ]);
});

test('so is one of a custom resource', () => {
  const scaler = structuredClone(find(lab(), 'ScaledObject', 'worker')) as unknown as {
    spec: {
      scaleTargetRef?: object;
      minReplicaCount: unknown;
      cooldown?: number;
      triggers: { type?: string; metricType: string }[];
    };
  };
  delete scaler.spec.scaleTargetRef;
  scaler.spec.minReplicaCount = 'none';
  scaler.spec.cooldown = 30;
  delete scaler.spec.triggers[0].type;
  const vertical = structuredClone(find(lab(), 'VerticalPodAutoscaler', 'redis')) as unknown as {
    spec: { updatePolicy: { updateMode: string } };
  };
  vertical.spec.updatePolicy.updateMode = 'InPlace!';

  expect(schema.faults(scaler as never).sort()).toEqual([
    '.spec.cooldown is no field of this kind',
    '.spec.minReplicaCount is "none", allowed: integer',
    '.spec.scaleTargetRef is missing',
    '.spec.triggers[0].type is missing',
  ]);
  expect(schema.faults(vertical as never)).toEqual([
    expect.stringMatching(
      /^\.spec\.updatePolicy\.updateMode is "InPlace!", allowed: Off, .*InPlace/,
    ),
  ]);
});
