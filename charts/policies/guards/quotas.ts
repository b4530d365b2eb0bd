import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { partLabels } from '../../core/labels';
import { type LabGraph } from '../rules/lab-graph';
import { largestPod } from './largest-pod';
import { type OwnWorkload } from './own-workloads';

const NAME = 'lab';
const KINDS = ['requests', 'limits'] as const;
// rolling updates double a workload, a load is one more Job
const HEADROOM = 2;
const MIB = 1024 * 1024;

/** What a container gets that says nothing itself; those of the lab all do. */
const DEFAULTS = {
  defaultRequest: { cpu: '50m', memory: '64Mi' },
  default: { cpu: '500m', memory: '256Mi' },
} as const;

/**
 * A ResourceQuota and a LimitRange for each of the lab's own namespaces. The quota is twice what the
 * lab's workloads may come to at their most replicas and as large as a VerticalPodAutoscaler may make
 * them: it stops foreign and runaway workloads.
 */
export class Quotas extends Chart {
  /**
   * @param graph the lab, for the autoscalers in it
   * @throws where a VerticalPodAutoscaler may make a container as large as it likes
   */
  constructor(
    scope: Construct,
    id: string,
    workloads: readonly OwnWorkload[],
    private readonly graph: LabGraph,
  ) {
    super(scope, id, { labels: partLabels({ name: NAME, component: 'quota' }) });
    for (const namespace of new Set(workloads.map((workload) => workload.namespace))) {
      this.addQuota(
        namespace,
        workloads.filter((workload) => workload.namespace === namespace),
      );
      new k8s.KubeLimitRange(this, `LimitRange-${namespace}`, {
        metadata: { name: NAME, namespace },
        spec: {
          limits: [
            {
              type: 'Container',
              defaultRequest: quantities(DEFAULTS.defaultRequest),
              default: quantities(DEFAULTS.default),
            },
          ],
        },
      });
    }
  }

  private addQuota(namespace: string, workloads: readonly OwnWorkload[]): void {
    const hard: Record<string, string> = {};
    const total = (of: (workload: OwnWorkload) => number) =>
      HEADROOM *
      workloads.reduce((sum, workload) => sum + this.mostReplicas(workload) * of(workload), 0);
    for (const kind of KINDS) {
      const cpu = total((workload) => largestPod(this.graph, workload, 'cpu')[kind]);
      const memory = total((workload) => largestPod(this.graph, workload, 'memory')[kind]);
      hard[`${kind}.cpu`] = `${Math.ceil(cpu * 1000)}m`;
      hard[`${kind}.memory`] = `${Math.ceil(memory / MIB)}Mi`;
    }
    // a Job, and its pods that failed, are pods too
    hard.pods = String(total(() => 1) + 10);
    new k8s.KubeResourceQuota(this, `Quota-${namespace}`, {
      metadata: { name: NAME, namespace },
      spec: { hard: quantities(hard) },
    });
  }

  private mostReplicas({ object, name, namespace }: OwnWorkload): number {
    const own = (object.manifest.spec as { replicas?: number }).replicas ?? 1;
    const scalers = this.graph.objects
      .map(({ manifest }) => manifest)
      .filter(({ metadata }) => metadata.namespace === namespace)
      .map(({ spec }) => spec as ScalerSpec | undefined)
      .filter((spec) => spec?.scaleTargetRef?.name === name);
    return Math.max(
      own,
      ...scalers.map((spec) => spec?.maxReplicaCount ?? spec?.maxReplicas ?? own),
    );
  }
}

interface ScalerSpec {
  readonly scaleTargetRef?: { readonly name?: string };
  readonly maxReplicaCount?: number;
  readonly maxReplicas?: number;
}

function quantities(amounts: Readonly<Record<string, string>>): Record<string, k8s.Quantity> {
  return Object.fromEntries(
    Object.entries(amounts).map(([resource, text]) => [resource, k8s.Quantity.fromString(text)]),
  );
}
