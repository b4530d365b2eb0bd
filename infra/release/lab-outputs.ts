import type { LabProps } from '../../charts/lab-props';
import { FRONTEND, GRAFANA, NATS, PROMETHEUS, WORKER } from '../../workloads/protocol/names';
import type { Cluster } from '../cluster/cluster';
import { LOCAL_NATS_NODE_PORT, LOCAL_PAGE_NODE_PORT, LOCAL_PROMETHEUS_PORT } from './lab-props';
import { OPERATOR_VERSIONS } from './versions';

const SCALING_PROPS = [
  'scalingMode',
  'minReplicas',
  'maxReplicas',
  'lagThreshold',
  'activationLagThreshold',
  'pollingInterval',
  'cooldownPeriod',
  'drainTarget',
  'workerConcurrency',
  'workerSecondsPerMeme',
] as const satisfies readonly (keyof LabProps)[];

/** The outputs of the stack. */
export interface LabOutputs {
  readonly context: string;
  /** Where a client on this machine reaches NATS, after the first of `tryNext` where that says so. */
  readonly natsUrl: string;
  /** Where a browser on this machine finds the page, under the same condition. */
  readonly pageUrl: string;
  /** Where the lab's own Prometheus is found, under the same condition; absent without one. */
  readonly prometheusUrl?: string;
  /** Where Grafana is found, under the same condition, or why there is none. */
  readonly grafana: string;
  readonly workerImage: string;
  readonly versions: Readonly<Record<string, string>>;
  /** What decides the number of workers; an experiment records it with its results. */
  readonly scaling: Pick<LabProps, (typeof SCALING_PROPS)[number]>;
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
  const ownPrometheus = props.monitoring === 'lab';
  const prometheusPort = props.prometheusNodePort ? LOCAL_PROMETHEUS_PORT : PROMETHEUS.port;
  return {
    context: cluster.context,
    natsUrl: `${props.natsTls ? 'tls' : 'nats'}://127.0.0.1:${client}`,
    pageUrl: props.ingressHost ? `https://${props.ingressHost}/` : `http://127.0.0.1:${page}/`,
    ...(ownPrometheus && { prometheusUrl: `http://127.0.0.1:${prometheusPort}/` }),
    grafana: whereGrafanaIs(props),
    workerImage: props.images.services[WORKER.deployment],
    versions: {
      kubernetes: cluster.version,
      keda: OPERATOR_VERSIONS.keda,
      vpa: OPERATOR_VERSIONS.vpa,
      metricsServer: props.operatorManifests.metricsServer
        ? OPERATOR_VERSIONS.metricsServer
        : "the cluster's own",
    },
    scaling: scalingOf(props),
    tryNext: [
      ...(published ? [] : [forward]),
      ...(pagePublished ? [] : [forwardPage]),
      ...(ownPrometheus && props.prometheusNodePort === undefined
        ? [
            `${inNamespace(PROMETHEUS.namespace)} port-forward service/${PROMETHEUS.service} ${PROMETHEUS.port}`,
          ]
        : []),
      ...grafanaCommands(props, inNamespace(GRAFANA.namespace)),
      'npm run watch-responses',
      'npm run send-test-request -- --prompt "a cat that scales from zero"',
      'npm run status',
      // sets KUBECONFIG: the local cluster has a kubeconfig of its own
      ...(local ? ['eval "$(npm run --silent env)"'] : []),
      `${inNamespace(WORKER.namespace)} get deployment,scaledobject,hpa --watch`,
    ],
  };
}

function runsGrafana({ monitoring, grafana, images }: LabProps): boolean {
  return monitoring === 'lab' && grafana !== 'none' && images.grafana !== undefined;
}

function whereGrafanaIs(props: LabProps): string {
  if (runsGrafana(props)) return `http://127.0.0.1:${GRAFANA.port}/`;
  if (props.monitoring === 'operator') return "the cluster's own, with the lab's dashboards";
  if (props.monitoring === 'none' || props.grafana === 'none') return 'left out by the settings';
  return "left out: this cluster cannot have its image; the page's own charts show the lab";
}

function grafanaCommands(props: LabProps, kubectl: string): string[] {
  if (!runsGrafana(props)) return [];
  const { service, port, adminSecret, adminSecretKeys } = GRAFANA;
  const password = `jsonpath={.data.${adminSecretKeys.password}}`;
  return [
    `${kubectl} port-forward service/${service} ${port}`,
    ...(props.grafana === 'login'
      ? [`${kubectl} get secret ${adminSecret} --output '${password}' | base64 --decode`]
      : []),
  ];
}

function scalingOf(props: LabProps): LabOutputs['scaling'] {
  const entries = SCALING_PROPS.map((name) => [name, props[name]]);
  return Object.fromEntries(entries) as LabOutputs['scaling'];
}
