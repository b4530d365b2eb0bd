import { quantileSorted } from 'simple-statistics';
import { type LoadRun } from '../protocol/load-request';

/** What a load has done so far. */
export type LoadCounts = Pick<
  LoadRun,
  'sent' | 'refused' | 'answered' | 'failed' | 'cached' | 'duplicates' | 'p50Ms' | 'p95Ms' | 'p99Ms'
>;

/** One load on one target. */
export interface LoadJob {
  /**
   * Sends the load and waits for the answers.
   *
   * @param stop nothing more is sent once it aborts; what was sent is still waited for
   * @param onSent called when nothing more will be sent
   * @throws Error where the target cannot take the load at all, or answers do not come
   */
  run(stop: AbortSignal, onSent: () => void): Promise<void>;
  counts(): LoadCounts;
}

/** The quantiles that a {@link LoadRun} shows; none without a time. */
export function quantiles(timesMs: readonly number[]): Pick<LoadRun, 'p50Ms' | 'p95Ms' | 'p99Ms'> {
  if (timesMs.length === 0) return {};
  const sorted = [...timesMs].sort((a, b) => a - b);
  const [p50Ms, p95Ms, p99Ms] = [0.5, 0.95, 0.99].map((p) => quantileSorted(sorted, p));
  return { p50Ms, p95Ms, p99Ms };
}
