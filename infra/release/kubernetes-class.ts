import * as kubernetes from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';

/** Constructor of a Pulumi resource that stands for one Kubernetes object. */
export type KubernetesClass = new (
  name: string,
  manifest: Record<string, unknown>,
  options?: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

/**
 * The class of `@pulumi/kubernetes` for a kind. Kinds that a CRD defines, and kinds younger than
 * the package, are `CustomResource`.
 *
 * @param apiVersion - for example `apps/v1`, or `v1` for the core group
 */
export function kubernetesClass(apiVersion: string, kind: string): KubernetesClass {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
  const known = lookUp(kubernetes, group.split('.')[0], version, kind);
  // autoscaling.k8s.io is not autoscaling: the short name alone may hit another group's class
  const type = `kubernetes:${group}/${version}:${kind}`;
  return isClassOf(known, type)
    ? known
    : (kubernetes.apiextensions.CustomResource as unknown as KubernetesClass);
}

function lookUp(root: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (scope, key) => (scope as Record<string, unknown> | undefined)?.[key],
    root,
  );
}

function isClassOf(candidate: unknown, type: string): candidate is KubernetesClass {
  return (
    typeof candidate === 'function' &&
    (candidate as { readonly __pulumiType?: string }).__pulumiType === type
  );
}
