import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { OWNER_LABELS } from '../../core/labels';
import { type OwnWorkload } from './own-workloads';

/**
 * One PodDisruptionBudget for each workload: a drain takes one pod of it at a time. It says how many
 * may be away and not how many must stay, which would block a drain where there is one, or none.
 */
export class DisruptionBudgets extends Chart {
  constructor(scope: Construct, id: string, workloads: readonly OwnWorkload[]) {
    super(scope, id, { labels: OWNER_LABELS });
    for (const { name, namespace, labels } of workloads) {
      new k8s.KubePodDisruptionBudget(this, `${namespace}-${name}`, {
        metadata: { name, namespace },
        spec: {
          maxUnavailable: k8s.IntOrString.fromNumber(1),
          selector: { matchLabels: labels },
          // a pod that is broken anyway shall not hold up a drain
          unhealthyPodEvictionPolicy: 'AlwaysAllow',
        },
      });
    }
  }
}
