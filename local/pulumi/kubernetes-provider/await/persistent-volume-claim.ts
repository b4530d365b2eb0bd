import type { KubeObject } from '../kube-object';
import { ready, type ReadinessCheck, type ReadinessSource } from './readiness';

/**
 * A claim is ready when it is bound; one whose class binds only when a pod uses it is ready at once,
 * because that pod may come later.
 */
export const persistentVolumeClaimReadiness: ReadinessCheck = async (live, source) => {
  const phase = (live.status as { phase?: string } | undefined)?.phase ?? 'Pending';
  if (phase === 'Bound') return ready('PersistentVolumeClaim is bound');
  if (await waitsForPod(live, source))
    return ready('PersistentVolumeClaim waits for its first pod');
  return {
    ready: false,
    failed: phase === 'Lost',
    status: `waiting to be bound (${phase})`,
    reasons: [`PersistentVolumeClaim is ${phase}: no volume of its storage class was bound to it`],
  };
};

async function waitsForPod(live: KubeObject, source: ReadinessSource): Promise<boolean> {
  const name = (live.spec as { storageClassName?: string } | undefined)?.storageClassName;
  if (!name) return false;
  const reference = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', name };
  const storageClass = await source.get(reference);
  return storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
}
