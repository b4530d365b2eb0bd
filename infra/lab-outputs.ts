import type { LabProps } from '../charts/lab-props';
import { FRONTEND, NATS, WORKER } from '../workloads/protocol/names';
import type { Cluster } from './cluster';
import { LOCAL_NATS_NODE_PORT, LOCAL_PAGE_NODE_PORT } from './lab-props';
import { OPERATOR_VERSIONS } from './versions';

/** What `pulumi up` ends with. */
export interface LabOutputs {
  readonly context: string;
  /** Where a client on this machine reaches NATS, after the first of `tryNext` where that says so. */
  readonly natsUrl: string;
  /** Where a browser on this machine finds the page, under the same condition. */
  readonly pageUrl: string;
  readonly workerImage: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Commands to copy, in this order. */
  readonly tryNext: readonly string[];
}

/** @param local - whether this is the cluster that the lab makes on this machine */
export function labOutputs(cluster: Cluster, props: LabProps, local: boolean): LabOutputs {
  const inNamespace = (namespace: string) =>
    `kubectl --context ${cluster.context} --namespace ${namespace}`;
  const { client } = NATS.ports;
  const forward = `${inNamespace(NATS.namespace)} port-forward service/${NATS.service} ${client}`;
  const published = local && props.natsNodePort === LOCAL_NATS_NODE_PORT;
  const { port: page, service } = FRONTEND;
  const forwardPage = `${inNamespace(FRONTEND.namespace)} port-forward service/${service} ${page}`;
  const pagePublished =
    props.ingressHost !== undefined || (local && props.pageNodePort === LOCAL_PAGE_NODE_PORT);
  return {
    context: cluster.context,
    natsUrl: `nats://127.0.0.1:${client}`,
    pageUrl: props.ingressHost ? `http://${props.ingressHost}/` : `http://127.0.0.1:${page}/`,
    workerImage: props.images.worker,
    versions: {
      kubernetes: cluster.version,
      keda: OPERATOR_VERSIONS.keda,
      vpa: OPERATOR_VERSIONS.vpa,
      metricsServer: props.operatorManifests.metricsServer
        ? OPERATOR_VERSIONS.metricsServer
        : "the cluster's own",
    },
    tryNext: [
      ...(published ? [] : [forward]),
      ...(pagePublished ? [] : [forwardPage]),
      'npm run watch-responses',
      'npm run send-test-request -- --prompt "a cat that scales from zero"',
      'npm run status',
      // the local cluster's kubeconfig is not the user's, and this is how a shell comes by it
      ...(local ? ['eval "$(npm run --silent env)"'] : []),
      `${inNamespace(WORKER.namespace)} get deployment,scaledobject,hpa --watch`,
    ],
  };
}
