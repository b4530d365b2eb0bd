import { ApiObject, Chart } from 'cdk8s';
import { ConfigMap } from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { KEDA_OPERATOR, PROMETHEUS, WORKER } from '../../workloads/protocol/names';
import { NAME_LABEL, partLabels } from '../core/labels';
import { dashboardFiles } from './dashboards/dashboards';
import { SHARED_RULE_GROUPS } from './rules/rule-groups';
import { SCRAPED_NAMESPACES } from './scrape-config';

/** How the cluster's Prometheus finds what is meant for it. */
export interface PrometheusMonitorsProps {
  /** Helm release of kube-prometheus-stack: what has another `release` label, its Prometheus passes over. */
  readonly release: string;
}

/** What a cluster with kube-prometheus-stack scrapes by itself is not here: kubelets and kube-state-metrics. */
const API_VERSION = 'monitoring.coreos.com/v1';
/** The label that kube-prometheus-stack's Grafana looks for in every namespace. */
const DASHBOARD_LABEL = { grafana_dashboard: '1' } as const;

interface Monitored {
  readonly namespaces: readonly string[];
  readonly selector: object;
  readonly port: string;
  readonly jobLabel: string;
}

/**
 * The lab for a Prometheus that the cluster has: what to scrape, the rules, and the dashboards.
 */
export class PrometheusMonitors extends Chart {
  constructor(scope: Construct, id: string, { release }: PrometheusMonitorsProps) {
    const part = { name: 'prometheus-monitors', component: 'monitoring' };
    super(scope, id, {
      namespace: PROMETHEUS.namespace,
      labels: { ...partLabels(part), release },
    });
    addPodMonitor(this, 'Lab', 'lab', {
      namespaces: SCRAPED_NAMESPACES,
      selector: {},
      port: WORKER.metricsPortName,
      jobLabel: NAME_LABEL,
    });
    addPodMonitor(this, 'Keda', 'keda', {
      namespaces: [KEDA_OPERATOR.namespace],
      selector: { matchLabels: { app: KEDA_OPERATOR.app } },
      port: KEDA_OPERATOR.metricsPortName,
      jobLabel: 'app',
    });
    new ApiObject(this, 'Rules', {
      apiVersion: API_VERSION,
      kind: 'PrometheusRule',
      metadata: { name: 'autoscaling-lab' },
      spec: { groups: SHARED_RULE_GROUPS },
    });
    new ConfigMap(this, 'Dashboards', {
      metadata: { name: 'autoscaling-lab-dashboards', labels: DASHBOARD_LABEL },
      data: dashboardFiles(),
    });
  }
}

function addPodMonitor(chart: Chart, id: string, name: string, monitored: Monitored): void {
  const { namespaces, selector, port, jobLabel } = monitored;
  new ApiObject(chart, id, {
    apiVersion: API_VERSION,
    kind: 'PodMonitor',
    metadata: { name: `autoscaling-lab-${name}` },
    spec: {
      jobLabel,
      namespaceSelector: { matchNames: namespaces },
      selector,
      // the observer speaks of other pods than its own: what it says of them is not overwritten
      podMetricsEndpoints: [{ port, interval: PROMETHEUS.scrapeInterval, honorLabels: true }],
    },
  });
}
