import { setTimeout as sleep } from 'node:timers/promises';
import { CancelledError } from './api-error';

/** How often and how long a request is repeated. */
export interface RetryOptions {
  /** Whether the failure may go away. */
  readonly when: (error: unknown) => boolean;
  /** How long to go on, in milliseconds. */
  readonly forMs: number;
  readonly signal: AbortSignal;
  /** Told before each repetition. */
  readonly onRetry?: (error: Error) => void;
}

const INTERVAL_MS = 1_000;

/**
 * Repeats an action about once per second until it succeeds.
 *
 * @throws the last failure, when time is up or the failure will not go away
 * @throws CancelledError where the signal fires
 */
export async function retry<T>(action: () => Promise<T>, options: RetryOptions): Promise<T> {
  const end = Date.now() + options.forMs;
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (options.signal.aborted) throw new CancelledError();
      if (!options.when(error) || Date.now() + INTERVAL_MS > end) throw error;
      options.onRetry?.(error as Error);
    }
    await pause(INTERVAL_MS, options.signal);
  }
}

/**
 * Waits.
 *
 * @throws CancelledError where the signal fires
 */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    // the only failure of a timer is its signal
    throw new CancelledError();
  }
}

/** How long to wait before looking again: soon at first, then twice per second. */
export function pollInterval(waitedMs: number): number {
  return Math.min(500, 100 + waitedMs / 4);
}
