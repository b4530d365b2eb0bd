import {
  type V1Deployment,
  type V1Pod,
  type V1StatefulSet,
  type V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import { NAMESPACES, NATS, PROMETHEUS } from '../../workloads/protocol/names';
import { type LabContext } from '../../local/lab-context';
import { LOCAL_CONTEXT } from '../../local/node/kubeconfig';
import { stackContext } from '../../local/stack';
import { stackKubeconfig } from '../../local/stack-kubeconfig';
import { autoscalerRows, type ScaledObject } from '../status/autoscalers';
import { ApiReader } from '../../local/api-reader';
import { workloadStatuses, type WorkloadStatus } from '../status/pod-groups';
import { type JetStreamInfo, queueLine, queueStatus, type QueueStatus } from '../status/queue';
import { table } from '../status/table';

/** Prints the cluster, the lab's pods, the queue and the autoscalers. */
export async function status({ config, cluster }: LabContext, stack: string): Promise<void> {
  const context = await stackContext(stack);
  const local = context === LOCAL_CONTEXT;
  const state = local ? await cluster.state() : undefined;
  print(
    `cluster: ${context}${state ? ` (this machine's own, ${state}${await nodesOf(cluster)})` : ''}`,
  );
  if (state !== undefined && state !== 'running') {
    print('nothing runs; "npm run up" brings the lab up');
    return;
  }
  const reader = new ApiReader(await stackKubeconfig(config, stack));
  const namespaces = new Set<string>(Object.values(NAMESPACES));
  const inLab = (object: { metadata?: { namespace?: string } }) =>
    namespaces.has(object.metadata?.namespace ?? '');
  const workloads = [
    ...(await reader.list<V1Deployment>('/apis/apps/v1/deployments')),
    ...(await reader.list<V1StatefulSet>('/apis/apps/v1/statefulsets')),
  ].filter(inLab);
  const pods = (await reader.list<V1Pod>('/api/v1/pods')).filter(inLab);
  if (workloads.length === 0) {
    print('the lab is not on it; "npm run up" brings it up');
    return;
  }
  print(
    table([['WORKLOAD', 'READY', 'STATE'], ...workloadStatuses(workloads, pods).map(workloadRow)]),
  );
  const queue = await readQueue(reader);
  print(queueLine(queue));
  if (local) {
    print(`page: http://127.0.0.1:${config.ports.page}/`);
    if (workloads.some(({ metadata }) => metadata?.name === PROMETHEUS.deployment))
      print(`Prometheus: http://127.0.0.1:${config.ports.prometheus}/`);
  }
  const scaledObjects = await reader.list<ScaledObject>('/apis/keda.sh/v1alpha1/scaledobjects');
  const hpas = await reader.list<V2HorizontalPodAutoscaler>(
    '/apis/autoscaling/v2/horizontalpodautoscalers',
  );
  print(
    table([
      ['AUTOSCALER', 'KIND', 'SCALES', 'RANGE', 'STATE'],
      ...autoscalerRows(scaledObjects.filter(inLab), hpas.filter(inLab), queue),
    ]),
  );
}

/** How many nodes it has, where there are several. */
async function nodesOf(cluster: LabContext['cluster']): Promise<string> {
  const size = (await cluster.size()) ?? 1;
  return size === 1 ? '' : `, ${size} nodes`;
}

function workloadRow(workload: WorkloadStatus): string[] {
  return [
    `${workload.namespace}/${workload.name}`,
    `${workload.ready}/${workload.wanted}`,
    workload.reason ? `${workload.state}: ${workload.reason}` : workload.state,
  ];
}

async function readQueue(reader: ApiReader): Promise<QueueStatus> {
  const path = `/api/v1/namespaces/${NAMESPACES.messaging}/services/${NATS.service}:${NATS.ports.monitor}/proxy/jsz?consumers=true`;
  return queueStatus(await reader.proxied<JetStreamInfo>(path));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
