import { SETTINGS } from '../../../infra/config/settings';
import { MEMBER_CLAIMS, requireMembers } from '../../../infra/release/nats-members';
import { REDIS_CLAIM, wantedVolumes } from '../../../infra/release/stored-volumes';

const found = (servers: number) =>
  MEMBER_CLAIMS.slice(0, servers).map((name) => ({
    ...name,
    requested: '2Gi',
    capacity: '2Gi',
    canGrow: false,
  }));

const checked = (servers: number, before: number) => () =>
  requireMembers('lab', servers, found(before));

test('looks for the claims of as many servers as the setting allows', () => {
  const allowed = [1, 3, 5, 7, 9].filter(
    (servers) => SETTINGS.natsReplicas.parse(String(servers)).ok,
  );
  const natsReplicas = Math.max(...allowed);
  const wanted = wantedVolumes({ natsStorage: '2Gi', natsReplicas, redisStorage: '1Gi' });

  expect([...MEMBER_CLAIMS, REDIS_CLAIM]).toEqual(
    wanted.map(({ namespace, name }) => ({ namespace, name })),
  );
});

test.each([
  [3, 0],
  [3, 3],
  [5, 3],
  [3, 1],
  // one server knows no members
  [1, 5],
])('%d servers may start on the files of %d', (servers, before) => {
  expect(checked(servers, before)).not.toThrow();
});

test('three servers do not start on the files of five', () => {
  const all = MEMBER_CLAIMS.map(({ name }) => `persistentvolumeclaim/${name}`).join(' ');
  expect(checked(3, 5)).toThrow(
    'got 3, but claim "messaging/data-nats-3" is of a larger cluster, whose servers count the missing ' +
      'ones as members that failed; keep what is stored: pulumi config set natsReplicas 5; or lose it: ' +
      `kubectl --context lab --namespace messaging delete statefulset/nats ${all}, then pulumi refresh`,
  );
});
