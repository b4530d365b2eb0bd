import { requireStoredState } from '../../../infra/release/stored-state';
import { apiServers, type Answers } from '../support/api-server';
import { temporaryDirectory } from '../support/temporary-directory';

const { environment } = apiServers(temporaryDirectory());

const claim = (namespace: string, name: string, size: string): Answers => ({
  [`/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}`]: {
    body: {
      metadata: { namespace, name },
      spec: { storageClassName: 'fast', resources: { requests: { storage: size } } },
      status: { capacity: { storage: size } },
    },
  },
});
const GROWING_CLASS: Answers = {
  '/apis/storage.k8s.io/v1/storageclasses/fast': { body: { allowVolumeExpansion: true } },
};
const STORED = {
  ...GROWING_CLASS,
  ...claim('messaging', 'data-nats-0', '2Gi'),
  ...claim('cache', 'data-redis-0', '1Gi'),
};

const SETTINGS = { natsStorage: '2Gi', natsReplicas: 1, redisStorage: '1Gi' } as const;

test('accepts an empty cluster, and one that stores what is wanted', async () => {
  await requireStoredState('lab', SETTINGS, await environment({}));
  await requireStoredState('lab', SETTINGS, await environment(STORED));
});

test.each([
  [
    { natsStorage: '4Gi' },
    /^"natsStorage": got "4Gi", .* has 2Gi, .*; grow them, which loses nothing/,
  ],
  [{ natsStorage: '1Gi' }, /^"natsStorage": got "1Gi", .* a volume never shrinks/],
  [{ redisStorage: '2Gi' }, /^"redisStorage": got "2Gi", .* has 1Gi, .*; grow them/],
])('refuses %p', async (changes, message) => {
  const settings = { ...SETTINGS, ...changes };
  await expect(requireStoredState('lab', settings, await environment(STORED))).rejects.toThrow(
    message,
  );
});

test('refuses three servers on the files of five', async () => {
  const five = [0, 1, 2, 3, 4].map((index) => claim('messaging', `data-nats-${index}`, '2Gi'));
  const env = await environment(Object.assign({}, ...five) as Answers);
  await requireStoredState('lab', { ...SETTINGS, natsReplicas: 5 }, env);
  await expect(requireStoredState('lab', { ...SETTINGS, natsReplicas: 3 }, env)).rejects.toThrow(
    /^"natsReplicas": got 3, /,
  );
});
