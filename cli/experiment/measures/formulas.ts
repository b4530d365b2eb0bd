/** Requests that took the same time. */
export interface TimeCount {
  readonly seconds: number;
  readonly count: number;
}

/**
 * The time within which a share of all requests was answered, interpolated between neighbours as
 * numpy and R do by default. Requests without an answer are slower than all others.
 *
 * @param times answered requests, in ascending order of time
 * @param requests all requests, answered or not
 * @param share from 0 to 1
 * @returns nothing where that many were not answered
 */
export function percentile(
  times: readonly TimeCount[],
  requests: number,
  share: number,
): number | undefined {
  if (requests === 0) return undefined;
  const rank = (requests - 1) * share;
  const lower = timeAt(times, Math.floor(rank));
  const fraction = rank % 1;
  if (lower === undefined || fraction === 0) return lower;
  const upper = timeAt(times, Math.ceil(rank));
  return upper === undefined ? undefined : lower + fraction * (upper - lower);
}

/** The share of all requests, answered or not, that were answered within some seconds; 1 of none. */
export function shareWithin(
  times: readonly TimeCount[],
  requests: number,
  seconds: number,
): number {
  if (requests === 0) return 1;
  const within = times.filter((time) => time.seconds <= seconds + 1e-9);
  return within.reduce((sum, { count }) => sum + count, 0) / requests;
}

/**
 * The time integral of a value that holds from its point to the next one, in value-seconds; what
 * comes before 0 counts nothing.
 *
 * @param points in the order of `t`; the last one ends the integral
 */
export function integral<T extends { readonly t: number }>(
  points: readonly T[],
  value: (point: T) => number,
): number {
  return points.slice(0, -1).reduce((sum, point, index) => {
    const from = Math.max(0, point.t);
    const to = Math.max(0, points[index + 1]!.t);
    return sum + value(point) * (to - from);
  }, 0);
}

/** Pods that there are, started or not, summed over time; pods that are being deleted are left out. */
export function podSeconds(
  points: readonly { readonly t: number; readonly pods: number }[],
): number {
  return integral(points, ({ pods }) => pods);
}

function timeAt(times: readonly TimeCount[], index: number): number | undefined {
  let seen = 0;
  for (const { seconds, count } of times) {
    seen += count;
    if (index < seen) return seconds;
  }
  return undefined;
}
