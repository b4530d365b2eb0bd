import { ApiObject, JsonPatch } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';

/** Whose account it is, and what it may see. */
export interface ClusterReaderProps {
  /** Name of the ServiceAccount. */
  readonly name: string;
  /** The namespace of its pods. */
  readonly namespace: string;
  /** What it may read, in all namespaces. */
  readonly rules: readonly ReadRule[];
}

/** Resources of one API group. */
export interface ReadRule {
  /** Empty for the core group. */
  readonly group: string;
  readonly resources: readonly string[];
  /**
   * @default - get, list and watch
   */
  readonly verbs?: readonly ('get' | 'list' | 'watch')[];
}

/** A ServiceAccount that reads some resources in the whole cluster and changes none. */
export class ClusterReader extends Construct {
  /** The ServiceAccount's name; a pod that uses it also depends on this construct. */
  readonly accountName: string;

  constructor(scope: Construct, id: string, props: ClusterReaderProps) {
    super(scope, id);
    const { name, namespace, rules } = props;
    this.accountName = name;
    const account = new k8s.KubeServiceAccount(this, 'ServiceAccount', {
      metadata: { name, namespace },
    });
    const role = new k8s.KubeClusterRole(this, 'ClusterRole', {
      // not of a namespace, so the name says whose it is
      metadata: { name: `autoscaling-lab-${name}` },
      rules: rules.map(({ group, resources, verbs = ['get', 'list', 'watch'] }) => ({
        apiGroups: [group],
        resources: [...resources],
        verbs: [...verbs],
      })),
    });
    const binding = new k8s.KubeClusterRoleBinding(this, 'ClusterRoleBinding', {
      metadata: { name: role.name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role.name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    });
    binding.addDependency(account, role);
    // a chart gives its namespace to every object, and the API server refuses one here
    for (const object of [role, binding])
      ApiObject.of(object).addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  }
}
