import { byteCount } from '../../charts/policies/guards/quantity';
import { NATS, REDIS } from '../../workloads/protocol/names';
import type { ClaimName, VolumeClaim } from '../cluster/volume-claims';
import type { StackConfig } from '../config/settings';
import { UserError } from '../user-error';

/** The claim of a Redis that keeps its data. */
export const REDIS_CLAIM: ClaimName = {
  namespace: REDIS.namespace,
  name: `${REDIS.claimTemplate}-${REDIS.statefulSet}-0`,
};

/** The settings that size volumes, and how many servers have one. */
export type VolumeSettings = Pick<StackConfig, 'natsStorage' | 'natsReplicas' | 'redisStorage'>;

/** A volume as the settings want it. */
export interface WantedVolume extends ClaimName {
  readonly setting: 'natsStorage' | 'redisStorage';
  readonly size: string;
  readonly statefulSet: string;
  /** The one pod that uses it. */
  readonly pod: string;
}

/** The volumes of the lab's StatefulSets, one for each pod. */
export function wantedVolumes(settings: VolumeSettings): WantedVolume[] {
  const { natsStorage, natsReplicas, redisStorage } = settings;
  const nats = Array.from({ length: natsReplicas }, (_, index) =>
    volumeOf(NATS, index, 'natsStorage', natsStorage),
  );
  return redisStorage === undefined
    ? nats
    : [...nats, volumeOf(REDIS, 0, 'redisStorage', redisStorage)];
}

function volumeOf(
  part: typeof NATS | typeof REDIS,
  index: number,
  setting: WantedVolume['setting'],
  size: string,
): WantedVolume {
  const { namespace, statefulSet, claimTemplate } = part;
  const pod = `${statefulSet}-${index}`;
  return { namespace, name: `${claimTemplate}-${pod}`, setting, size, statefulSet, pod };
}

/**
 * Refuses a size that the volumes of the cluster do not have. A StatefulSet that is replaced takes the
 * claims of its names as they are, so the servers would believe in disk that is not theirs.
 *
 * @param found the claims of the cluster; one that is not there is made in the wanted size
 * @throws UserError with one line for each setting: what there is, and how it becomes what is wanted
 */
export function requireVolumes(
  context: string,
  wanted: readonly WantedVolume[],
  found: readonly VolumeClaim[],
): void {
  const misfits = wanted.flatMap((volume) => {
    const claim = found.find(
      ({ namespace, name }) => namespace === volume.namespace && name === volume.name,
    );
    const misfit = claim && misfitOf(volume, claim);
    return misfit ? [{ volume, claim, misfit }] : [];
  });
  const settings = [...new Set(misfits.map(({ volume }) => volume.setting))];
  const faults = settings.map((setting) =>
    faultOf(
      `kubectl --context ${context}`,
      misfits.filter(({ volume }) => volume.setting === setting),
    ),
  );
  if (faults.length > 0) throw new UserError(faults.join('\n'));
}

/** Why a claim does not fit: the worst comes first. */
const MISFITS = ['fixed', 'too large', 'too small', 'growing'] as const;

interface Misfit {
  readonly volume: WantedVolume;
  readonly claim: VolumeClaim;
  readonly misfit: (typeof MISFITS)[number];
}

function misfitOf(volume: WantedVolume, claim: VolumeClaim): Misfit['misfit'] | undefined {
  const size = byteCount(volume.size);
  const requested = byteCount(claim.requested);
  if (requested > size) return 'too large';
  // a provisioner may round up, and what the volume has is what can be filled
  if (byteCount(claim.capacity ?? claim.requested) >= size) return undefined;
  if (requested === size) return 'growing';
  return claim.canGrow ? 'too small' : 'fixed';
}

function faultOf(kubectl: string, misfits: readonly Misfit[]): string {
  const worst = MISFITS.find((each) => misfits.some(({ misfit }) => misfit === each))!;
  const { volume, claim } = misfits.find(({ misfit }) => misfit === worst)!;
  const got = `"${volume.setting}": got "${volume.size}", but claim "${claim.namespace}/${claim.name}"`;
  const inNamespace = `${kubectl} --namespace ${volume.namespace}`;
  const size = claim.capacity ?? claim.requested;
  switch (worst) {
    case 'fixed':
      return `${got} has ${size}, and ${whyFixed(claim)}; ${keepOrLose(inNamespace, misfits)}`;
    case 'too large':
      return (
        `${got} asks for ${claim.requested}, and a volume never shrinks; ` +
        keepOrLose(inNamespace, misfits)
      );
    case 'too small':
      return (
        `${got} has ${size}, and a StatefulSet does not grow its claims; grow them, which loses ` +
        `nothing: ${growth(inNamespace, misfits)}, and repeat when "${inNamespace} get ` +
        `persistentvolumeclaims" shows a capacity of ${volume.size}`
      );
    case 'growing':
      return (
        `${got} still has ${size} of the ${claim.requested} that it asks for; repeat when "${inNamespace} ` +
        `get persistentvolumeclaims" shows a capacity of ${volume.size}; where "describe" says ` +
        `FileSystemResizePending, its pod must start again: ${inNamespace} delete pod ${volume.pod}`
      );
  }
}

function whyFixed({ capacity, storageClass }: VolumeClaim): string {
  if (capacity === undefined) return 'has no volume yet, without which it does not grow';
  return storageClass
    ? `its StorageClass "${storageClass}" does not let volumes grow`
    : 'it has no StorageClass that would let its volume grow';
}

function growth(kubectl: string, misfits: readonly Misfit[]): string {
  return misfits
    .filter(({ misfit }) => misfit === 'too small')
    .map(({ volume }) => {
      const patch = { spec: { resources: { requests: { storage: volume.size } } } };
      return `${kubectl} patch persistentvolumeclaim ${volume.name} --patch '${JSON.stringify(patch)}'`;
    })
    .join(' && ');
}

// without the StatefulSet no pod holds the claims, and none makes them again in the old size
function keepOrLose(kubectl: string, misfits: readonly Misfit[]): string {
  const [{ volume, claim }] = misfits;
  const objects = [
    `statefulset/${volume.statefulSet}`,
    ...misfits.map(({ claim: { name } }) => `persistentvolumeclaim/${name}`),
  ];
  return (
    `keep what is stored: pulumi config set ${volume.setting} ${claim.requested}; or lose it: ` +
    `${kubectl} delete ${objects.join(' ')}, then pulumi refresh, then repeat`
  );
}
