import { Counter, type Registry } from 'prom-client';

/** Messages that streams have stored since they were created; absent where that is not known. */
export interface StreamTotals {
  readonly requests?: number;
  readonly answers?: number;
}

/**
 * Counts where no pods start and stop: what a worker did before its first scrape is missing in every
 * `increase()` over its own counters, but not in these.
 *
 * | metric | counts |
 * | --- | --- |
 * | `lab_requests_total` | requests stored, each id once |
 * | `lab_answers_total` | answers stored, memes and errors, each once |
 */
export class StreamTotalsMetrics {
  private readonly requests: Counter;
  private readonly answers: Counter;

  /** @param totals the present numbers, asked for at each scrape */
  constructor(
    registry: Registry,
    private readonly totals: () => StreamTotals,
  ) {
    const counter = (name: string, help: string) =>
      new Counter({ name, help, registers: [registry] });
    this.requests = counter('lab_requests_total', 'Requests stored since the stream was created');
    this.answers = counter('lab_answers_total', 'Answers stored since the stream was created');
  }

  /** Takes the numbers over. */
  refresh(): void {
    const { requests, answers } = this.totals();
    takeOver(this.requests, requests);
    takeOver(this.answers, answers);
  }
}

// the number is the server's own, and absent where it is not known: 0 would look like a new stream
function takeOver(counter: Counter, value: number | undefined): void {
  counter.remove();
  if (value !== undefined) counter.inc(value);
}
