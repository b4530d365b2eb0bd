/** What the number of workers follows from. */
export interface BacklogWork {
  /** Requests that are waiting or in work. */
  readonly lag: number;
  /** Time that one worker takes for one request, cache hits included, in seconds. */
  readonly secondsPerMeme: number;
  /** Requests that one worker works on at a time. */
  readonly concurrency: number;
  /** Time in which the backlog is to be gone, in seconds. */
  readonly drainSeconds: number;
}

/**
 * Workers that drain a backlog in time. The backlog is `lag x secondsPerMeme` seconds of work, and one
 * worker does `concurrency x drainSeconds` of them in that time. A fraction: an autoscaler rounds up.
 */
export function workersNeeded(work: BacklogWork): number {
  return (work.lag * work.secondsPerMeme) / (work.concurrency * work.drainSeconds);
}
