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
 * What the lab stores is in the claims of its StatefulSets. A volume is known by its claim's name,
 * because it bears none of the claim's labels and outlives it; the namespace alone says nothing,
 * since somebody else's Prometheus may keep its volumes in a namespace of the same name.
 */
const LAB_CLAIMS = [NATS, REDIS].map(
  ({ namespace, claimTemplate, statefulSet }) =>
    new RegExp(`^${namespace}/${claimTemplate}-${statefulSet}-\\d+$`),
);

/** On a volume that is kept: the reclaim policy that it had. */
const POLICY_BEFORE = 'autoscaling-lab/reclaim-policy-before';

const GONE_TIMEOUT_MS = 60_000;

/** The PersistentVolumes behind the lab's claims. */
export class LabVolumes {
  private readonly api: CoreV1Api;

  /** All methods throw a LabError where the cluster refuses or is away. */
  constructor(private readonly kubeconfig: KubeConfig) {
    this.api = kubeconfig.makeApiClient(CoreV1Api);
  }

  /** From now on the volumes stay when their claims go. */
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

  /** Takes `keep` back: volumes go with their claims again, and at once where these are gone. */
  async letGo(): Promise<void> {
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
   * Makes volumes whose claims are gone free for claims of the same names.
   *
   * @returns the claims, such as `queue/data-nats-0`
   */
  async offer(): Promise<string[]> {
    const released = (await this.all()).filter(
      ({ metadata, status }) =>
        status?.phase === 'Released' && metadata?.annotations?.[POLICY_BEFORE] !== undefined,
    );
    for (const volume of released) {
      // a claim is known by its uid: without one, any claim of that name is meant
      await this.patch(volume, { spec: { claimRef: { uid: null, resourceVersion: null } } });
    }
    return released.map(claimOf);
  }

  /** What is left, one sentence each, when volumes that go with their claims have gone. */
  async left(): Promise<string[]> {
    const deadline = Date.now() + GONE_TIMEOUT_MS;
    for (;;) {
      const volumes = await this.all();
      const going = volumes.some(({ spec }) => spec?.persistentVolumeReclaimPolicy === 'Delete');
      if (!going || Date.now() > deadline) return volumes.map(describeLeft);
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
        `the cluster of context "${this.kubeconfig.getCurrentContext()}" does not say what volumes it has: ${(error as Error).message}`,
      );
    }
  }
}

function claimOf({ spec }: V1PersistentVolume): string {
  return `${spec?.claimRef?.namespace}/${spec?.claimRef?.name}`;
}

/** Says which volume is left, whose it was, and how it is removed. */
export function describeLeft(volume: V1PersistentVolume): string {
  const { metadata, spec } = volume;
  const name = `PersistentVolume "${metadata?.name}"`;
  const what = `${name} (${spec?.capacity?.storage}, claim ${claimOf(volume)})`;
  if (metadata?.annotations?.[POLICY_BEFORE] !== undefined)
    return `kept: ${what}; the next "up" uses it again, "npm run down" without "--keep-volumes" removes it`;
  if (spec?.persistentVolumeReclaimPolicy === 'Delete')
    return `left: ${what}; its provisioner has not removed it yet: kubectl describe persistentvolume ${metadata?.name}`;
  return `left: ${what}, since its StorageClass retains volumes; to remove it: kubectl delete persistentvolume ${metadata?.name}, then its data in the storage`;
}
