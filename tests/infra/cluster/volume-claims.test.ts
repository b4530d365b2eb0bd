import { volumeClaims } from '../../../infra/cluster/volume-claims';
import { apiServers, type Answers } from '../support/api-server';
import { temporaryDirectory } from '../support/temporary-directory';

const { environment } = apiServers(temporaryDirectory());

const NAME = { namespace: 'messaging', name: 'data-nats-0' };
const CLAIM = '/api/v1/namespaces/messaging/persistentvolumeclaims/data-nats-0';
const FAST = '/apis/storage.k8s.io/v1/storageclasses/fast';

function claim({ storageClass = 'fast', capacity = '2Gi', deleted = false } = {}) {
  return {
    metadata: { ...NAME, ...(deleted && { deletionTimestamp: '2026-01-01T00:00:00Z' }) },
    spec: { storageClassName: storageClass, resources: { requests: { storage: '2Gi' } } },
    status:
      capacity === '' ? { phase: 'Pending' } : { phase: 'Bound', capacity: { storage: capacity } },
  };
}

const read = async (answers: Answers) => volumeClaims('lab', [NAME], await environment(answers));

test('says what a claim asks for, what its volume has, and that it may grow', async () => {
  const answers = {
    [CLAIM]: { body: claim({ capacity: '3Gi' }) },
    [FAST]: { body: { allowVolumeExpansion: true } },
  };
  await expect(read(answers)).resolves.toEqual([
    { ...NAME, requested: '2Gi', capacity: '3Gi', storageClass: 'fast', canGrow: true },
  ]);
});

test.each<[string, ReturnType<typeof claim>, Answers]>([
  ['whose class says nothing', claim(), { [FAST]: { body: {} } }],
  ['whose class is gone', claim(), {}],
  ['of no class', claim({ storageClass: '' }), {}],
  [
    'without a volume',
    claim({ capacity: '' }),
    { [FAST]: { body: { allowVolumeExpansion: true } } },
  ],
])('a claim %s may not grow', async (_what, body, answers) => {
  await expect(read({ [CLAIM]: { body }, ...answers })).resolves.toMatchObject([
    { canGrow: false },
  ]);
});

test('leaves out a claim that is not there, and one that goes', async () => {
  await expect(read({})).resolves.toEqual([]);
  await expect(read({ [CLAIM]: { body: claim({ deleted: true }) } })).resolves.toEqual([]);
});

test.each([
  ['how large its volumes are', { [CLAIM]: { status: 503, body: {} } }],
  [
    'whether its volumes may grow',
    { [CLAIM]: { body: claim() }, [FAST]: { status: 503, body: {} } },
  ],
])('fails where the API server cannot say %s', async (what, answers) => {
  await expect(read(answers)).rejects.toThrow(
    new RegExp(`"lab" cannot say ${what}: GET .* answered 503; wait until`),
  );
});
