import { CHART_SETTINGS, type ChartSettings } from '../../charts/chart-settings';
import { type LabProps } from '../../charts/lab-props';

const DEFAULTS = Object.fromEntries(
  Object.entries(CHART_SETTINGS).flatMap(([key, { default: value, parse }]) => {
    const parsed = parse(String(value));
    return parsed.ok && parsed.value !== undefined ? [[key, parsed.value]] : [];
  }),
) as unknown as ChartSettings;

/** What the local cluster's lab is told beside images, manifests and published ports. */
export const LAB_SETTINGS = {
  ...DEFAULTS,
  kubeletInsecureTls: true,
  scalingMode: 'queue',
  drainTarget: 30,
  minReplicas: 0,
  maxReplicas: 10,
  lagThreshold: 5,
  activationLagThreshold: 0,
  pollingInterval: 1,
  cooldownPeriod: 30,
  workerConcurrency: 2,
  workerSecondsPerMeme: 2,
  cacheTtl: 3600,
  coreNats: false,
  rateLimitPerMinute: 0,
  natsStorage: '2Gi',
  natsReplicas: 1,
  natsTls: false,
  networkPolicies: false,
  resourceQuotas: false,
  secretRotation: 1,
  monitoring: 'lab',
  prometheusRelease: 'kube-prometheus-stack',
  grafana: 'anonymous',
  frontendScaleDownWindow: 300,
} satisfies Partial<LabProps>;
