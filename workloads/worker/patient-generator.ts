import { type MemeRequest } from '../protocol/request';
import { type CircuitBreaker } from './circuit-breaker';
import { GeneratorError, type Generator, type Picture } from './generator';
import { sleep } from '../process/sleep';

/** How patient to be with a remote generator. */
export interface PatientGeneratorOptions {
  readonly inner: Generator;
  readonly breaker: CircuitBreaker;
  /** Attempts before the request is given back to the queue. */
  readonly attempts: number;
  /** Longest wait between two attempts, in milliseconds; for more, the request goes back. */
  readonly patienceMs: number;
}

const FIRST_WAIT_MS = 500;

/** Tries a remote generator again where a short wait may help, and spares it where it is down. */
export class PatientGenerator implements Generator {
  constructor(private readonly options: PatientGeneratorOptions) {}

  variant(request: MemeRequest): string {
    return this.options.inner.variant(request);
  }

  async generate(request: MemeRequest, signal: AbortSignal): Promise<Picture> {
    for (let attempt = 1; ; attempt++) {
      const error = await this.attempt(request, signal);
      if (!(error instanceof GeneratorError)) return error;
      const waitMs = jitter(Math.max(error.retryAfterMs ?? 0, FIRST_WAIT_MS * 2 ** (attempt - 1)));
      const isOver = attempt >= this.options.attempts || waitMs > this.options.patienceMs;
      if (!error.retryable || isOver) throw error;
      await sleep(waitMs, signal);
      signal.throwIfAborted();
    }
  }

  private async attempt(
    request: MemeRequest,
    signal: AbortSignal,
  ): Promise<Picture | GeneratorError> {
    const { inner, breaker } = this.options;
    breaker.enter();
    try {
      const picture = await inner.generate(request, signal);
      breaker.succeeded();
      return picture;
    } catch (error) {
      if (!(error instanceof GeneratorError)) {
        breaker.withdrawn();
        throw error;
      }
      if (error.isDown) breaker.failed();
      else breaker.succeeded();
      return error;
    }
  }
}

/** Never less than asked for, and up to a quarter more. */
function jitter(ms: number): number {
  return ms * (1 + Math.random() / 4);
}
