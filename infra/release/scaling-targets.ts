import type { LabObject } from '../../charts/core/lab-chart';

interface ScalerSpec {
  readonly scaleTargetRef: { readonly kind?: string; readonly name: string };
  readonly minReplicaCount?: number;
}

/** The workloads whose replica count an autoscaler sets, over all charts of the lab. */
export class ScalingTargets {
  private readonly targets = new Set<string>();

  constructor(objects: readonly LabObject[]) {
    for (const { manifest } of objects) {
      if (manifest.kind !== 'ScaledObject' && manifest.kind !== 'HorizontalPodAutoscaler') continue;
      const { scaleTargetRef } = manifest.spec as ScalerSpec;
      // KEDA's default kind
      this.targets.add(
        key(manifest.metadata.namespace, scaleTargetRef.kind ?? 'Deployment', scaleTargetRef.name),
      );
    }
  }

  /** Whether an autoscaler sets this object's `spec.replicas`. */
  has({ manifest }: LabObject): boolean {
    return this.targets.has(
      key(manifest.metadata.namespace, manifest.kind, manifest.metadata.name),
    );
  }
}

function key(namespace: string | undefined, kind: string, name: string): string {
  return `${namespace ?? 'default'}/${kind}/${name}`;
}
