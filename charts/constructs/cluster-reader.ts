import { ApiObject, JsonPatch } from 'cdk8s';
import { ClusterRoleBinding, ServiceAccount } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { bindTo, type ReadRule, readRole } from './read-role';

/** Whose account it is, and what it may see. */
export interface ClusterReaderProps {
  /** Name of the ServiceAccount. */
  readonly name: string;
  /** The namespace of its pods. */
  readonly namespace: string;
  /** What it may read, in all namespaces. */
  readonly rules: readonly ReadRule[];
}

/** A ServiceAccount that reads some resources in the whole cluster and changes none. */
export class ClusterReader extends Construct {
  /** The ServiceAccount's name; a pod that uses it also depends on this construct. */
  readonly accountName: string;

  constructor(scope: Construct, id: string, props: ClusterReaderProps) {
    super(scope, id);
    const { name, namespace, rules } = props;
    this.accountName = name;
    const account = new ServiceAccount(this, 'ServiceAccount', {
      metadata: { name, namespace },
      automountToken: true,
    });
    // not of a namespace, so the name says whose it is
    const clusterName = `autoscaling-lab-${name}`;
    const role = readRole(this, 'ClusterRole', clusterName, rules);
    const binding = new ClusterRoleBinding(this, 'ClusterRoleBinding', {
      metadata: { name: clusterName },
      role,
    });
    bindTo(binding, account);
    binding.node.addDependency(account, role);
    // a chart gives its namespace to every object, and the API server refuses one here
    for (const object of [role, binding])
      ApiObject.of(object).addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  }
}
