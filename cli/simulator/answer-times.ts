import { type Simulation } from './simulation';

/** How long the requests of a run took from arrival to answer. */
export interface AnswerTimes {
  /**
   * Seconds within which a share of all requests was answered.
   *
   * @param share greater than 0, at most 1
   * @returns nothing where fewer than that were answered
   */
  readonly percentile: (share: number) => number | undefined;
  /** Requests that were answered within some seconds. */
  readonly within: (seconds: number) => number;
}

/** Matches arrivals with starts, first come first served. Requests without an answer count as slower than all. */
export function answerTimes(run: Simulation): AnswerTimes {
  const { arrivals, starts, stepSeconds, serviceSeconds, arrived } = run;
  const byWait = new Map<number, number>();
  let from = 0;
  let left = arrivals[0] ?? 0;
  for (let step = 0; step < starts.length; step++) {
    let started = starts[step]!;
    while (started > 0) {
      while (left === 0) left = arrivals[++from]!;
      const taken = Math.min(started, left);
      byWait.set(step - from, (byWait.get(step - from) ?? 0) + taken);
      started -= taken;
      left -= taken;
    }
  }
  const waits = [...byWait].sort(([a], [b]) => a - b);
  const secondsOf = (wait: number) => wait * stepSeconds + serviceSeconds;
  return {
    percentile: (share) => {
      const rank = Math.max(1, Math.ceil(share * arrived));
      let count = 0;
      for (const [wait, messages] of waits) {
        count += messages;
        if (count >= rank) return secondsOf(wait);
      }
      return undefined;
    },
    within: (seconds) =>
      waits.reduce(
        (sum, [wait, messages]) => (secondsOf(wait) <= seconds + 1e-9 ? sum + messages : sum),
        0,
      ),
  };
}
