/** Bounds of an exponential back-off, in milliseconds. */
export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
}

/**
 * Delay before the next attempt: doubles from `firstMs` up to `maxMs`, then loses up to half at
 * random, so that many workers that failed together do not come back together.
 *
 * @param attempt 1 for the first failure
 */
export function backoffMs(attempt: number, options: BackoffOptions): number {
  const exponential = options.firstMs * 2 ** Math.max(0, attempt - 1);
  const capped = Math.min(options.maxMs, exponential);
  return Math.round(capped * (1 - Math.random() / 2));
}
