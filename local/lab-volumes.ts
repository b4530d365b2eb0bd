import {
  CoreV1Api,
  type KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  type V1PersistentVolume,
} from '@kubernetes/client-node';
import { setTimeout as sleep } from 'node:timers/promises';
import { NATS, REDIS } from '../workloads/protocol/names';
import { LabError } from './lab-error';

/**
 * The lab's data is in the PVCs of its StatefulSets. A volume is matched by its PVC's full name,
 * because it has none of the PVC's labels and outlives it; the namespace alone is not enough,
 * since another application may have volumes in a namespace of the same name.
 */
const LAB_CLAIMS = [NATS, REDIS].map(
  ({ namespace, claimTemplate, statefulSet }) =>
    new RegExp(`^${namespace}/${claimTemplate}-${statefulSet}-\\d+$`),
);

/** Annotation of a kept volume: its original reclaim policy. */
const POLICY_BEFORE = 'autoscaling-lab/reclaim-policy-before';

const GONE_TIMEOUT_MS = 60_000;

/** The PersistentVolumes behind the lab's claims. */
export class LabVolumes {
  private readonly api: CoreV1Api;

  /** All methods throw a LabError if the cluster rejects the request or is unreachable. */
  constructor(private readonly kubeconfig: KubeConfig) {
    this.api = kubeconfig.makeApiClient(CoreV1Api);
  }

  /** Makes the volumes survive the deletion of their PVCs. */
  async keep(): Promise<void> {
    for (const volume of await this.all()) {
      const policy = volume.spec?.persistentVolumeReclaimPolicy;
      if (policy === 'Retain') continue;
      await this.patch(volume, {
        metadata: { annotations: { [POLICY_BEFORE]: policy } },
        spec: { persistentVolumeReclaimPolicy: 'Retain' },
      });
    }
  }

  /** Undoes `keep`: a volume is deleted with its PVC again, and immediately if the PVC is gone. */
  async release(): Promise<void> {
    for (const volume of await this.all()) {
      const policy = volume.metadata?.annotations?.[POLICY_BEFORE];
      if (policy === undefined) continue;
      await this.patch(volume, {
        metadata: { annotations: { [POLICY_BEFORE]: null } },
        spec: { persistentVolumeReclaimPolicy: policy },
      });
    }
  }

  /**
   * Makes released volumes available to new PVCs of the same names.
   *
   * @returns the PVCs, such as `queue/data-nats-0`
   */
  async makeAvailable(): Promise<string[]> {
    const released = (await this.all()).filter(
      ({ metadata, status }) =>
        status?.phase === 'Released' && metadata?.annotations?.[POLICY_BEFORE] !== undefined,
    );
    for (const volume of released) {
      // without a uid the reference matches any PVC of that name
      await this.patch(volume, { spec: { claimRef: { uid: null, resourceVersion: null } } });
    }
    return released.map(claimOf);
  }

  /** Waits until volumes with the policy Delete are gone, then describes each remaining one. */
  async describeRemaining(): Promise<string[]> {
    const deadline = Date.now() + GONE_TIMEOUT_MS;
    for (;;) {
      const volumes = await this.all();
      const deleting = volumes.some(({ spec }) => spec?.persistentVolumeReclaimPolicy === 'Delete');
      if (!deleting || Date.now() > deadline) return volumes.map(describeLeft);
      await sleep(500);
    }
  }

  private async all(): Promise<V1PersistentVolume[]> {
    const { items } = await this.ask(() => this.api.listPersistentVolume());
    return items.filter((volume) => LAB_CLAIMS.some((claim) => claim.test(claimOf(volume))));
  }

  private async patch({ metadata }: V1PersistentVolume, body: object): Promise<void> {
    await this.ask(() =>
      this.api.patchPersistentVolume(
        { name: metadata?.name ?? '', body },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      ),
    );
  }

  private async ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      throw new LabError(
        `the cluster of context "${this.kubeconfig.getCurrentContext()}" did not list or update its volumes: ${(error as Error).message}`,
      );
    }
  }
}

function claimOf({ spec }: V1PersistentVolume): string {
  return `${spec?.claimRef?.namespace}/${spec?.claimRef?.name}`;
}

/** Describes a remaining volume: its PVC, and how to remove it. */
export function describeLeft(volume: V1PersistentVolume): string {
  const { metadata, spec } = volume;
  const name = `PersistentVolume "${metadata?.name}"`;
  const what = `${name} (${spec?.capacity?.storage}, claim ${claimOf(volume)})`;
  if (metadata?.annotations?.[POLICY_BEFORE] !== undefined)
    return `kept: ${what}; the next "up" reuses it, "npm run down" without "--keep-volumes" removes it`;
  if (spec?.persistentVolumeReclaimPolicy === 'Delete')
    return `left: ${what}; its provisioner has not removed it yet: kubectl describe persistentvolume ${metadata?.name}`;
  return `left: ${what}, since its StorageClass retains volumes; to remove it: kubectl delete persistentvolume ${metadata?.name}, then its data in the storage`;
}
