import { Chart } from 'cdk8s';
import { Namespace } from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { NAMESPACES } from '../../workloads/protocol/names';
import { BASELINE_NAMESPACE, RESTRICTED_NAMESPACE } from '../constructs/restricted-security';
import { partLabels } from './labels';

/** Its pods come from release manifests that do not promise the restricted profile. */
const OF_OPERATORS: readonly string[] = [NAMESPACES.keda, NAMESPACES.vpa];

/**
 * The lab's namespaces, in a chart of their own: everything else depends on it, so they are the last
 * to go, and no finalizer can be left without its operator.
 */
export class Namespaces extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    for (const [key, name] of Object.entries(NAMESPACES)) {
      // every cluster has it
      if (name === NAMESPACES.kubeSystem) continue;
      const security = OF_OPERATORS.includes(name) ? BASELINE_NAMESPACE : RESTRICTED_NAMESPACE;
      const labels = { ...partLabels({ name, component: 'namespace' }), ...security };
      new Namespace(this, pascalCase(key), { metadata: { name, labels } });
    }
  }
}

function pascalCase(key: string): string {
  return `${key[0].toUpperCase()}${key.slice(1)}`;
}
