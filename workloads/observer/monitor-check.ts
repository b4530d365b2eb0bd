import { type Logger } from '../process/logger';
import { sleep } from '../process/sleep';

/** What is checked, and who hears of it. */
export interface MonitorCheckOptions {
  /** Monitoring endpoint of NATS, for example `http://127.0.0.1:8222`. */
  readonly url: string;
  readonly onChange: () => void;
  readonly log: Logger;
}

const PAUSE_MS = 5000;
const TIMEOUT_MS = 2000;

/**
 * Checks the endpoint that KEDA measures the queue by. The observer itself reads the queue over a
 * client connection, which may work while KEDA sees nothing.
 */
export class MonitorCheck {
  private current?: string;
  private readonly stopping = new AbortController();
  private running?: Promise<void>;

  constructor(private readonly options: MonitorCheckOptions) {}

  /** Why the endpoint cannot be used; absent where it answers. */
  get fault(): string | undefined {
    return this.current;
  }

  /** Begins to check. */
  start(): void {
    this.running ??= this.run();
  }

  /** Ends. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const fault = await this.check();
      if (signal.aborted) return;
      this.note(fault);
      await sleep(PAUSE_MS, signal);
    }
  }

  private async check(): Promise<string | undefined> {
    const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    try {
      const response = await fetch(`${this.options.url}/jsz`, { signal });
      await response.arrayBuffer();
      if (response.ok) return undefined;
      return `the monitoring endpoint of NATS answered ${response.status}`;
    } catch (error) {
      // fetch says no more than "fetch failed" itself
      const { cause, message } = error as Error & { cause?: Partial<Error> };
      return `the monitoring endpoint of NATS does not answer: ${cause?.message || message}`;
    }
  }

  private note(fault: string | undefined): void {
    if (fault === this.current) return;
    if (this.current === undefined)
      this.options.log.warn({ fault }, 'KEDA cannot measure the queue');
    this.current = fault;
    this.options.onChange();
  }
}
