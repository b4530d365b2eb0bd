import type { VolumeClaim } from '../../../infra/cluster/volume-claims';
import {
  requireVolumes,
  type VolumeSettings,
  wantedVolumes,
} from '../../../infra/release/stored-volumes';
import { UserError } from '../../../infra/user-error';
import { labCharts } from '../support/lab';

const ONE_SERVER: VolumeSettings = { natsStorage: '4Gi', natsReplicas: 1 };

function claim(changes: Partial<VolumeClaim> = {}): VolumeClaim {
  return {
    namespace: 'messaging',
    name: 'data-nats-0',
    requested: '2Gi',
    capacity: '2Gi',
    storageClass: 'fast',
    canGrow: true,
    ...changes,
  };
}

const checked =
  (found: readonly VolumeClaim[], settings = ONE_SERVER) =>
  () =>
    requireVolumes('lab', wantedVolumes(settings), found);

function refusal(found: readonly VolumeClaim[], settings = ONE_SERVER): string {
  try {
    checked(found, settings)();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
  throw new Error('the volumes were accepted');
}

interface StatefulSetSpec {
  readonly replicas: number;
  readonly volumeClaimTemplates: readonly { readonly metadata: { readonly name: string } }[];
}

test('looks for the claims that the StatefulSets of the charts make', () => {
  const settings: VolumeSettings = { natsStorage: '4Gi', natsReplicas: 3, redisStorage: '1Gi' };
  const made = labCharts(settings)
    .flatMap(({ objects }) => objects.map(({ manifest }) => manifest))
    .filter(({ kind }) => kind === 'StatefulSet')
    .flatMap(({ metadata, spec }) => {
      const { replicas, volumeClaimTemplates: templates } = spec as StatefulSetSpec;
      return templates.flatMap((template) =>
        Array.from(
          { length: replicas },
          (_, index) => `${metadata.namespace}/${template.metadata.name}-${metadata.name}-${index}`,
        ),
      );
    });

  const looked = wantedVolumes(settings).map(({ namespace, name }) => `${namespace}/${name}`);
  expect(looked).toHaveLength(4);
  expect(looked.sort()).toEqual(made.sort());
});

test('looks for no claim of a Redis without a volume', () => {
  expect(wantedVolumes(ONE_SERVER).map(({ name }) => name)).toEqual(['data-nats-0']);
});

test.each<[string, readonly VolumeClaim[]]>([
  ['is made now', []],
  ['has the size', [claim({ requested: '4096Mi', capacity: '4Gi' })]],
  ['was rounded up', [claim({ capacity: '5G' })]],
  ['has no volume yet and asks for the size', [claim({ requested: '4Gi', capacity: undefined })]],
  ['is that of a server that is not wanted', [claim({ name: 'data-nats-1' })]],
  ['is of the same name elsewhere', [claim({ namespace: 'shop' })]],
])('accepts a claim that %s', (_what, found) => {
  expect(checked(found)).not.toThrow();
});

test('says how to grow each volume whose class lets it', () => {
  const settings: VolumeSettings = { natsStorage: '4Gi', natsReplicas: 3 };
  const small = ['data-nats-0', 'data-nats-2'].map((name) => claim({ name }));
  const grown = claim({ name: 'data-nats-1', requested: '4Gi', capacity: '4Gi' });
  const kubectl = 'kubectl --context lab --namespace messaging';
  const patch = `--patch '{"spec":{"resources":{"requests":{"storage":"4Gi"}}}}'`;

  expect(refusal([...small, grown], settings)).toBe(
    '"natsStorage": got "4Gi", but claim "messaging/data-nats-0" has 2Gi, and a StatefulSet does not ' +
      'grow its claims; grow them, which loses nothing: ' +
      `${kubectl} patch persistentvolumeclaim data-nats-0 ${patch} && ` +
      `${kubectl} patch persistentvolumeclaim data-nats-2 ${patch}, and repeat when ` +
      `"${kubectl} get persistentvolumeclaims" shows a capacity of 4Gi`,
  );
});

test('waits for a volume that is being grown', () => {
  expect(refusal([claim({ requested: '4Gi' })])).toMatch(
    /"messaging\/data-nats-0" still has 2Gi of the 4Gi that it asks for; repeat when .* shows a capacity of 4Gi; .* delete pod nats-0$/,
  );
});

const LOSE =
  'or lose it: kubectl --context lab --namespace messaging delete statefulset/nats ' +
  'persistentvolumeclaim/data-nats-0, then pulumi refresh, then repeat';

test.each<[string, Partial<VolumeClaim>, string]>([
  [
    'whose class does not let it grow',
    { canGrow: false },
    'has 2Gi, and its StorageClass "fast" does not let volumes grow',
  ],
  [
    'of no class',
    { canGrow: false, storageClass: undefined },
    'has 2Gi, and it has no StorageClass that would let its volume grow',
  ],
  [
    'without a volume',
    { canGrow: false, capacity: undefined },
    'has 2Gi, and has no volume yet, without which it does not grow',
  ],
])('refuses more than a claim %s has', (_what, changes, reason) => {
  expect(refusal([claim(changes)])).toBe(
    `"natsStorage": got "4Gi", but claim "messaging/data-nats-0" ${reason}; ` +
      `keep what is stored: pulumi config set natsStorage 2Gi; ${LOSE}`,
  );
});

test('refuses less than a claim asks for', () => {
  expect(refusal([claim({ requested: '8Gi', capacity: '8Gi' })])).toBe(
    '"natsStorage": got "4Gi", but claim "messaging/data-nats-0" asks for 8Gi, and a volume never ' +
      `shrinks; keep what is stored: pulumi config set natsStorage 8Gi; ${LOSE}`,
  );
});

test('names each setting that does not fit in a line of its own', () => {
  const redis = claim({ namespace: 'cache', name: 'data-redis-0' });
  const lines = refusal([claim(), redis], { ...ONE_SERVER, redisStorage: '1Gi' }).split('\n');

  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^"natsStorage": got "4Gi", .* grow them/);
  expect(lines[1]).toMatch(
    /^"redisStorage": got "1Gi", .* --namespace cache delete statefulset\/redis persistentvolumeclaim\/data-redis-0,/,
  );
});
