import { oneOf, text } from '../core/setting';
import { type ValuesOf } from '../core/setting-group';

/** What watches the lab. */
export const MONITORING_SETTINGS = {
  monitoring: oneOf(['lab', 'operator', 'none'], {
    default: 'lab',
    description:
      "What watches the lab: lab (a Prometheus of its own with kube-state-metrics and Grafana), operator (the cluster's " +
      'own kube-prometheus-stack) or none',
  }),
  prometheusRelease: text({
    pattern: /^(?=.{1,53}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    allowed: 'the name of a Helm release',
    default: 'kube-prometheus-stack',
    example: 'kube-prometheus-stack',
    description:
      'With monitoring operator: name of the Helm release, which its Prometheus looks for as the label release',
  }),
  grafana: oneOf(['anonymous', 'login', 'none'], {
    default: 'anonymous',
    description:
      "Who may look at the lab's own Grafana: anonymous (whoever reaches it), login (only the administrator) or none (no " +
      'Grafana); the local cluster has no image of it',
  }),
} as const;

/** Values of {@link MONITORING_SETTINGS}. */
export type MonitoringSettings = ValuesOf<typeof MONITORING_SETTINGS>;
