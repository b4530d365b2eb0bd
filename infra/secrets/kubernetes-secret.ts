import * as kubernetes from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import { partLabels } from '../../charts/core/labels';
import { rootAlias } from '../root-alias';

/** One Secret of the cluster. */
export interface LabSecret {
  readonly name: string;
  readonly namespace: string;
  readonly component: string;
  readonly data: Readonly<Record<string, pulumi.Input<string>>>;
}

/** Names a Secret within the cluster. */
export function secretKey({ namespace, name }: Pick<LabSecret, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

/**
 * Makes a Secret in the cluster.
 *
 * @param id - the resource's name, unique in the stack
 */
export function kubernetesSecret(
  id: string,
  { name, namespace, component, data }: LabSecret,
  opts: pulumi.CustomResourceOptions,
): kubernetes.core.v1.Secret {
  const metadata = { name, namespace, labels: partLabels({ name, component }) };
  return new kubernetes.core.v1.Secret(
    id,
    { metadata, stringData: data },
    // older stacks have Secrets at the root, one that several namespaces have with the namespace
    { ...opts, aliases: [rootAlias(`Secret-${name}`), rootAlias(`Secret-${name}-${namespace}`)] },
  );
}
