import { ClusterWatch, type WatchedKind } from '../../../workloads/observer/cluster-watch';
import { createLogger } from '../../../workloads/process/logger';
import { eventually } from '../../support/meme-lab';
import { KubeApi } from './support/kube-api';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const SCALED_OBJECTS = '/apis/keda.sh/v1alpha1/namespaces/lab/scaledobjects';
const DEFINITION = 'scaledobjects.keda.sh';
const BUILT_IN = [
  '/apis/apps/v1/namespaces/lab/deployments',
  '/apis/apps/v1/namespaces/lab/statefulsets',
  '/api/v1/namespaces/lab/pods',
  '/apis/autoscaling/v2/namespaces/lab/horizontalpodautoscalers',
  '/api/v1/namespaces/lab/events',
];

const established = (status: 'True' | 'False') => ({
  status: { conditions: [{ type: 'Established', status }] },
});

let api: KubeApi;
let watch: ClusterWatch;
let changes: string[];

beforeEach(async () => {
  api = await KubeApi.start();
  api.serve(DEFINITIONS, ...BUILT_IN);
  changes = [];
  watch = new ClusterWatch({
    kubeconfig: api.kubeconfig,
    namespaces: ['lab'],
    onChange: (kind, before, now) => {
      changes.push(`${kind} ${before?.metadata.name ?? '-'} > ${now?.metadata.name ?? '-'}`);
    },
    onConnection: () => undefined,
    log: createLogger({ name: 'test', level: 'silent' }),
  });
});

afterEach(async () => {
  await watch.stop();
  await api.stop();
});

const until = (what: string, holds: () => boolean) => eventually(what, 10_000, async () => holds());
const are = (kind: WatchedKind, ...names: readonly string[]) =>
  until(`${kind} ${names.join(', ')}`, () => {
    const found = watch.objects(kind).map(({ metadata }) => metadata.name);
    return `${found.sort()}` === `${names}`;
  });
const watching = () => until('watching', () => watch.state.status === 'watching');

test('without the definitions of operators all that there is is watched', async () => {
  api.put(BUILT_IN[2]!, 'worker-0');

  await watch.start();
  await watching();

  await are('Pod', 'worker-0');
  expect(api.lists).not.toContain(SCALED_OBJECTS);
});

test('a kind whose definition comes later is watched from when it is established', async () => {
  await watch.start();
  await watching();

  api.put(DEFINITIONS, DEFINITION, established('False'));
  api.put(DEFINITIONS, 'others.example.com', established('True'));
  api.put(BUILT_IN[2]!, 'worker-0');
  await are('Pod', 'worker-0');
  expect(api.lists).not.toContain(SCALED_OBJECTS);

  api.serve(SCALED_OBJECTS);
  api.put(SCALED_OBJECTS, 'worker');
  api.put(DEFINITIONS, DEFINITION, established('True'));
  await are('ScaledObject', 'worker');
  await watching();

  api.delete(SCALED_OBJECTS, 'worker');
  await are('ScaledObject');
  expect(changes.slice(1)).toEqual(['ScaledObject - > worker', 'ScaledObject worker > -']);
});

test('a kind that is defined and not found yet is away, and picked up once it is served', async () => {
  api.put(DEFINITIONS, DEFINITION, established('True'));
  await watch.start();
  await until('the reason', () => /scaledobjects answered 404/.test(watch.state.reason ?? ''));
  expect(watch.state.status).toBe('away');

  api.serve(SCALED_OBJECTS);
  api.put(SCALED_OBJECTS, 'worker');

  await are('ScaledObject', 'worker');
  await watching();
});

test('with its definition a kind goes, with all its objects, and comes back', async () => {
  api.serve(SCALED_OBJECTS);
  api.put(SCALED_OBJECTS, 'worker');
  api.put(DEFINITIONS, DEFINITION, established('True'));
  await watch.start();
  await are('ScaledObject', 'worker');
  await watching();

  api.delete(DEFINITIONS, DEFINITION);
  await are('ScaledObject');
  await watching();
  expect(changes).toEqual(['ScaledObject - > worker', 'ScaledObject worker > -']);

  api.put(DEFINITIONS, DEFINITION, established('True'));
  await are('ScaledObject', 'worker');
  await watching();
});

test('a kind that is not found says nothing any more once its definition is gone', async () => {
  api.put(DEFINITIONS, DEFINITION, established('True'));
  await watch.start();
  await until('the reason', () => /scaledobjects answered 404/.test(watch.state.reason ?? ''));

  api.delete(DEFINITIONS, DEFINITION);

  await watching();
});
