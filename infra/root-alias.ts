import * as pulumi from '@pulumi/pulumi';

/**
 * The place of a resource in stacks made before the lab was a component: at the root, under this name.
 * With it such a stack keeps the resource; without it, the resource is deleted and made again.
 */
export function rootAlias(name: string): pulumi.Alias {
  return { name, parent: pulumi.rootStackResource };
}
