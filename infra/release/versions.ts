/** Releases of the operators whose manifests the program reads. */
export const OPERATOR_VERSIONS = { keda: '2.20.2', vpa: '1.7.0', metricsServer: '0.9.0' } as const;

/** Releases of what only its image is taken from. */
export const IMAGE_VERSIONS = {
  prometheus: '3.13.5',
  kubeStateMetrics: '2.18.0',
  grafana: '12.2.1',
} as const;
