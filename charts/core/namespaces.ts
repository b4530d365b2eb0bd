import { Chart } from 'cdk8s';
import { Namespace } from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { NAMESPACES } from '../../workloads/protocol/names';
import { BASELINE_NAMESPACE, RESTRICTED_NAMESPACE } from '../constructs/restricted-security';
import { partLabels } from './labels';

/**
 * The lab's namespaces, in a chart of their own: everything else depends on it, so they are the last
 * to go, and no finalizer can be left without its operator.
 */
export class Namespaces extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    addNamespace(this, 'Messaging', NAMESPACES.messaging, RESTRICTED_NAMESPACE);
    addNamespace(this, 'Cache', NAMESPACES.cache, RESTRICTED_NAMESPACE);
    addNamespace(this, 'MemeGenerator', NAMESPACES.memeGenerator, RESTRICTED_NAMESPACE);
    addNamespace(this, 'Monitoring', NAMESPACES.monitoring, RESTRICTED_NAMESPACE);
    addNamespace(this, 'Keda', NAMESPACES.keda, BASELINE_NAMESPACE);
    addNamespace(this, 'Vpa', NAMESPACES.vpa, BASELINE_NAMESPACE);
  }
}

function addNamespace(
  chart: Chart,
  id: string,
  name: string,
  security: Readonly<Record<string, string>>,
): void {
  const labels = { ...partLabels({ name, component: 'namespace' }), ...security };
  new Namespace(chart, id, { metadata: { name, labels } });
}
