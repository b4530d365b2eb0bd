import { ApiSchema } from './support/api-schema';
import { find, lab } from './support/lab';

jest.setTimeout(60_000);

let schema: ApiSchema;

beforeAll(async () => {
  schema = await ApiSchema.load();
}, 120_000);

const everything = () =>
  lab({
    natsReplicas: 3,
    redisStorage: '1Gi',
    networkPolicies: true,
    resourceQuotas: true,
    ingressHost: 'memes.example.com',
    ingressIssuer: 'letsencrypt',
  });

test('every object of ours that is of a built-in kind is what the pinned API server describes', () => {
  const own = everything()
    .filter(({ upstream }) => !upstream)
    .flatMap(({ objects }) => objects);
  const builtIn = own.filter(({ manifest }) => schema.has(manifest));

  expect(
    builtIn.flatMap(({ path, manifest }) =>
      schema.faults(manifest).map((fault) => `${path}${fault}`),
    ),
  ).toEqual([]);
  const others = own
    .filter(({ manifest }) => !schema.has(manifest))
    .map(({ manifest }) => manifest.kind);
  expect(new Set(others)).toEqual(new Set(['ScaledObject', 'VerticalPodAutoscaler']));
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
