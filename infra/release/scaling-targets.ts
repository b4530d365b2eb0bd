import type { LabObject } from '../../charts/core/lab-chart';

interface ScalerSpec {
  readonly scaleTargetRef: { readonly kind?: string; readonly name: string };
  readonly minReplicaCount?: number;
}

/** The workloads whose replica count belongs to an autoscaler, over all charts of the lab. */
export class ScalingTargets {
  private readonly targets = new Set<string>();

  constructor(objects: readonly LabObject[]) {
    for (const { manifest } of objects) {
      if (manifest.kind !== 'ScaledObject' && manifest.kind !== 'HorizontalPodAutoscaler') continue;
      const { scaleTargetRef } = manifest.spec as ScalerSpec;
      // KEDA takes a target without a kind for a Deployment
      this.targets.add(
        key(manifest.metadata.namespace, scaleTargetRef.kind ?? 'Deployment', scaleTargetRef.name),
      );
    }
  }

  /** Whether somebody else decides this object's `spec.replicas`. */
  has({ manifest }: LabObject): boolean {
    return this.targets.has(
      key(manifest.metadata.namespace, manifest.kind, manifest.metadata.name),
    );
  }
}

function key(namespace: string | undefined, kind: string, name: string): string {
  return `${namespace ?? 'default'}/${kind}/${name}`;
}
