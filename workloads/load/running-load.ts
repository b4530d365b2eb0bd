import { durationSeconds, requestCount } from '../protocol/load-arrivals';
import { LOAD_PROFILES } from '../protocol/load-profile';
import { type LoadRun, type LoadStart } from '../protocol/load-request';
import { type LoadJob } from './load-job';

/** One run of a load, with the state that others are shown. */
export class RunningLoad {
  private readonly stopped = new AbortController();
  private readonly startedAt = Date.now();
  private phase: LoadRun['phase'] = 'sending';
  private endedAt?: number;
  private error?: string;

  /** @param id names the run */
  constructor(
    private readonly id: string,
    private readonly order: LoadStart,
    private readonly job: LoadJob,
  ) {}

  /** What it has done so far. */
  get state(): LoadRun {
    const profile = LOAD_PROFILES[this.order.profile];
    return {
      id: this.id,
      ...this.order,
      phase: this.phase,
      ...(this.error !== undefined && { error: this.error }),
      startedAt: this.startedAt,
      ...(this.endedAt !== undefined && { endedAt: this.endedAt }),
      planned: requestCount(profile),
      seconds: durationSeconds(profile),
      ...this.job.counts(),
    };
  }

  /** Whether it goes on. */
  get isRunning(): boolean {
    return this.endedAt === undefined;
  }

  /** Sends nothing more; what was sent is still waited for. */
  stop(): void {
    this.stopped.abort();
  }

  /**
   * Runs it to its end; a failure is part of the state, and returned.
   *
   * @param onChange called at each change of phase
   */
  async run(onChange: () => void): Promise<Error | undefined> {
    let failure: Error | undefined;
    try {
      await this.job.run(this.stopped.signal, () => {
        this.phase = 'draining';
        onChange();
      });
      this.phase = this.stopped.signal.aborted ? 'stopped' : 'done';
    } catch (error) {
      failure = error as Error;
      this.phase = 'failed';
      this.error = failure.message;
    }
    this.endedAt = Date.now();
    onChange();
    return failure;
  }
}
