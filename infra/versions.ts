/** Releases of the operators whose manifests the program reads. */
export const OPERATOR_VERSIONS = { keda: '2.20.2', vpa: '1.7.0', metricsServer: '0.9.0' } as const;
