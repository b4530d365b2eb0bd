import { GeneratorError } from './generator';

/** When to stop asking, and for how long. */
export interface CircuitBreakerOptions {
  /** Failures in a row that open the circuit. */
  readonly failures: number;
  /** First rest, in milliseconds; each failed trial after it doubles the next, up to the longest. */
  readonly restMs: number;
  readonly longestRestMs: number;
  /** Told about every change. */
  readonly onChange: (isOpen: boolean) => void;
  /** Milliseconds of any clock that does not go back. */
  readonly now?: () => number;
}

/**
 * Gives a provider that is down a rest: after so many failures in a row nothing is asked for a
 * while, then a single trial decides whether to go on.
 */
export class CircuitBreaker {
  private failuresInARow = 0;
  private restUntilMs = 0;
  private rests = 0;
  private trial = false;
  private readonly now: () => number;

  constructor(private readonly options: CircuitBreakerOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  /**
   * Asks for permission to ask the provider; the outcome must be reported.
   *
   * @throws GeneratorError with the time to come back at, where the provider rests
   */
  enter(): void {
    const restMs = this.restUntilMs - this.now();
    if (restMs > 0 || this.trial) {
      const seconds = Math.max(1, Math.ceil(restMs / 1000));
      throw new GeneratorError(
        `the provider failed too often and is not asked for another ${seconds} s`,
        // at random, so that not everybody comes back for the trial
        { retryable: true, retryAfterMs: Math.max(restMs, 0) + 1000 * (1 + Math.random()) },
      );
    }
    if (this.rests > 0) this.trial = true;
  }

  /** The provider answered, be it with a refusal. */
  succeeded(): void {
    if (this.rests > 0) this.options.onChange(false);
    this.failuresInARow = 0;
    this.rests = 0;
    this.trial = false;
  }

  /** The provider failed. */
  failed(): void {
    this.failuresInARow++;
    if (!this.trial && this.failuresInARow < this.options.failures) return;
    // several attempts on their way at once fail together and make one rest
    if (!this.trial && this.restUntilMs > this.now()) return;
    const { restMs, longestRestMs } = this.options;
    this.restUntilMs = this.now() + Math.min(longestRestMs, restMs * 2 ** this.rests);
    if (this.rests === 0) this.options.onChange(true);
    this.rests++;
    this.trial = false;
  }

  /** Nothing was learned about the provider, for example because the work was stopped. */
  withdrawn(): void {
    this.trial = false;
  }
}
