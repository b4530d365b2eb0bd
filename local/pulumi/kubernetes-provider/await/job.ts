import { failedContainers, podHint, podTroubles } from './pods';
import { conditionOf, describeCondition, ready, type ReadinessCheck } from './readiness';

interface JobFields {
  readonly suspend?: boolean;
  readonly completions?: number;
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
}

/** A Job is ready when it is complete; a suspended one at once, a failed one never. */
export const jobReadiness: ReadinessCheck = async (live, source) => {
  const spec = (live.spec ?? {}) as JobFields;
  const status = (live.status ?? {}) as { succeeded?: number };
  if (conditionOf(live, 'Complete')?.status === 'True') return ready('Job completed');
  if (spec.suspend) return ready('Job is suspended');

  const labels = spec.selector?.matchLabels;
  const pods =
    labels === undefined
      ? []
      : await source.list(
          { apiVersion: 'v1', kind: 'Pod', namespace: live.metadata.namespace },
          labels,
        );
  const failure = conditionOf(live, 'Failed');
  const ended = failedContainers(pods);
  if (failure?.status === 'True') {
    return {
      ready: false,
      failed: true,
      status: 'Job failed',
      reasons: [...ended, describeCondition(failure)],
    };
  }
  const hint = podHint(pods);
  return {
    ready: false,
    status: `${status.succeeded ?? 0} of ${spec.completions ?? 1} completions${hint && `: ${hint}`}`,
    reasons: ['Job has not completed', ...ended, ...podTroubles(pods)],
  };
};
