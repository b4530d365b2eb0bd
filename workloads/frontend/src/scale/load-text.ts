import { type LoadRun } from '../../../protocol/load-request';

const PHASES: Readonly<Record<LoadRun['phase'], string>> = {
  sending: 'is being sent',
  draining: 'is sent, answers are awaited',
  done: 'is done',
  stopped: 'was stopped',
  failed: 'failed',
};

/** A load in a sentence: how far it is and how long answers take. */
export function runText(run: LoadRun): string {
  const { profile, phase, error, planned, sent, answered, cached, failed, refused } = run;
  const counts = [
    `${sent} of ${planned} sent`,
    `${answered} answered${cached > 0 ? `, ${cached} of them from the cache` : ''}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...times(run),
  ];
  return `${profile} ${PHASES[phase]}${error ? `: ${error}` : ''}. ${counts.join('; ')}.`;
}

function times({ p50Ms, p95Ms, p99Ms }: LoadRun): string[] {
  const quantiles = [
    ['half', p50Ms],
    ['95 %', p95Ms],
    ['99 %', p99Ms],
  ] as const;
  const known = quantiles.flatMap(([share, ms]) =>
    ms === undefined ? [] : [`${share} within ${(ms / 1000).toFixed(1)} s`],
  );
  return known.length === 0 ? [] : [known.join(', ')];
}
