import { type AutoscalingV2Api } from '@kubernetes/client-node';
import { WORKER } from '../../../workloads/protocol/names';

/** Name of the HPA that {@link addSecondHpa} puts on the worker. */
export const SECOND_HPA = 'second-opinion';

/** Puts an HPA on the worker beside KEDA's, so that both select the same pods and stand still. */
export async function addSecondHpa(autoscaling: AutoscalingV2Api): Promise<void> {
  await autoscaling.createNamespacedHorizontalPodAutoscaler({
    namespace: WORKER.namespace,
    body: {
      metadata: { name: SECOND_HPA },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: WORKER.deployment },
        minReplicas: 1,
        // as many as KEDA's: an HPA that finds more than its own most pulls them down without a look at
        // who else selects the pods, and the two fight before they freeze
        maxReplicas: 10,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
          },
        ],
      },
    },
  });
}

/** Takes it away again, where it is there. */
export async function removeSecondHpa(autoscaling: AutoscalingV2Api): Promise<void> {
  const { items } = await autoscaling.listNamespacedHorizontalPodAutoscaler({
    namespace: WORKER.namespace,
  });
  if (!items.some(({ metadata }) => metadata?.name === SECOND_HPA)) return;
  await autoscaling.deleteNamespacedHorizontalPodAutoscaler({
    namespace: WORKER.namespace,
    name: SECOND_HPA,
  });
}
