import { type Measures } from './measures';

/** A bound that a run must keep, for example that 95 % of the answers come within 10 seconds. */
export interface Objective {
  readonly measure: 'p50' | 'p95' | 'p99' | 'drain';
  readonly seconds: number;
}

const FORM = /^(p50|p95|p99|drain)<(\d+(?:\.\d+)?)s?$/;

/**
 * Reads an objective as it is written on the command line, for example `p95<10s`.
 *
 * @throws Error whose message says what is allowed
 */
export function parseObjective(text: string): Objective {
  const match = FORM.exec(text.replaceAll(' ', ''));
  const seconds = Number(match?.[2]);
  if (!match || seconds <= 0) {
    throw new Error('must be like p95<10s: p50, p95, p99 or drain, and seconds above 0');
  }
  return { measure: match[1] as Objective['measure'], seconds };
}

/** How it is written on the command line. */
export function objectiveText({ measure, seconds }: Objective): string {
  return `${measure}<${seconds}s`;
}

/** How far the worst of several runs is above the objective, in seconds; 0 where all keep it. */
export function excess({ measure, seconds }: Objective, runs: readonly Measures[]): number {
  return Math.max(0, ...runs.map((run) => (run[measure] ?? Infinity) - seconds));
}
