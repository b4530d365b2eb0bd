/**
 * What scales the worker. `queue`: KEDA on the lag of the consumer. `cpu`: an HPA on the worker's
 * CPU. `kpi`: KEDA on the workers needed to drain the queue in time. `conflict`: `queue` and `cpu`
 * on the same Deployment, which stops both.
 */
export const SCALING_MODES = ['queue', 'cpu', 'kpi', 'conflict'] as const;

/** One of {@link SCALING_MODES}. */
export type ScalingMode = (typeof SCALING_MODES)[number];
