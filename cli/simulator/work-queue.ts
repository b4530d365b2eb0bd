/**
 * A work queue with workers, in steps of time. Where each message takes the same time it counts
 * messages and never touches one, so that a million cost what one does.
 */
export class WorkQueue {
  /** Messages that arrived in each step. */
  readonly arrivals: Int32Array;
  /** Messages that a worker began with in each step, in the order of arrival. */
  readonly starts: Int32Array;
  /** Steps that each message took from its start, in the order of the starts; empty where all take the same. */
  readonly durations: number[] = [];
  /** Messages that end in each step. */
  private readonly ends: Int32Array;
  /** Like `ends`, without the part that is on pods which were told to stop. */
  private readonly held: Float64Array;
  private lastEnd = 0;
  private firstAnswerStep: number | undefined;
  private lastAnswerStep: number | undefined;
  private step = 0;
  private heldNow = 0;
  private waitingNow = 0;
  private inFlightNow = 0;
  private answeredNow = 0;

  /**
   * @param steps most steps there will be
   * @param serviceSteps steps that one message takes, on average; at least 1
   * @param draw steps of the next message, at least 1; by default all take the same
   */
  constructor(
    steps: number,
    readonly serviceSteps: number,
    private readonly draw?: () => number,
  ) {
    this.arrivals = new Int32Array(steps);
    this.starts = new Int32Array(steps);
    this.ends = new Int32Array(steps);
    this.held = new Float64Array(steps);
  }

  get waiting(): number {
    return this.waitingNow;
  }

  /** Messages that are being worked on: delivered and not acknowledged. */
  get inFlight(): number {
    return this.inFlightNow;
  }

  get answered(): number {
    return this.answeredNow;
  }

  /** Steps in which the first and the last message so far were answered. */
  get answerSteps(): { readonly first?: number; readonly last?: number } {
    return { first: this.firstAnswerStep, last: this.lastAnswerStep };
  }

  /** What KEDA reads: pending messages and unacknowledged ones. */
  get lag(): number {
    return this.waitingNow + this.inFlightNow;
  }

  /** Finishes what is due, and takes in what has arrived. */
  receive(arrived: number): void {
    const done = this.ends[this.step]!;
    if (done > 0) {
      this.inFlightNow -= done;
      this.answeredNow += done;
      this.heldNow -= this.held[this.step]!;
      this.firstAnswerStep ??= this.step;
      this.lastAnswerStep = this.step;
    }
    this.arrivals[this.step] = arrived;
    this.waitingNow += arrived;
  }

  /** Begins with as many waiting messages as there are free slots, and ends the step. */
  start(slots: number): void {
    const free = Math.max(0, Math.floor(slots - this.heldNow + 1e-6));
    const started = Math.min(this.waitingNow, free);
    this.starts[this.step] = started;
    if (started > 0) this.endLater(started);
    this.waitingNow -= started;
    this.inFlightNow += started;
    this.heldNow += started;
    this.step++;
  }

  /** A share of the pods stops: it finishes what it has and takes no more. */
  release(share: number): void {
    if (share === 0) return;
    for (let step = this.step; step <= this.lastEnd; step++) this.held[step]! *= 1 - share;
    this.heldNow *= 1 - share;
  }

  private endLater(started: number): void {
    if (this.draw === undefined) return this.endAt(this.step + this.serviceSteps, started);
    for (let message = 0; message < started; message++) {
      const steps = this.draw();
      this.durations.push(steps);
      this.endAt(this.step + steps, 1);
    }
  }

  private endAt(step: number, messages: number): void {
    if (step >= this.ends.length) return;
    this.ends[step]! += messages;
    this.held[step]! += messages;
    this.lastEnd = Math.max(this.lastEnd, step);
  }
}
