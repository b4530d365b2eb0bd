/**
 * A work queue with workers that make one thing in a fixed time, in steps of time. It counts
 * messages and never touches one, so that a million cost what one does.
 */
export class WorkQueue {
  /** Messages that arrived in each step. */
  readonly arrivals: Int32Array;
  /** Messages that a worker began with in each step, in the order of arrival. */
  readonly starts: Int32Array;
  /** Like `starts`, without the part that is on pods which were told to stop. */
  private readonly held: Float64Array;
  private step = 0;
  private heldNow = 0;
  private waitingNow = 0;
  private inFlightNow = 0;
  private answeredNow = 0;

  /**
   * @param steps most steps there will be
   * @param serviceSteps steps that one message takes; at least 1
   */
  constructor(
    steps: number,
    readonly serviceSteps: number,
  ) {
    this.arrivals = new Int32Array(steps);
    this.starts = new Int32Array(steps);
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

  /** What KEDA reads: pending messages and unacknowledged ones. */
  get lag(): number {
    return this.waitingNow + this.inFlightNow;
  }

  /** Finishes what is due, and takes in what has arrived. */
  receive(arrived: number): void {
    const done = this.step - this.serviceSteps;
    if (done >= 0) {
      this.inFlightNow -= this.starts[done]!;
      this.answeredNow += this.starts[done]!;
      this.heldNow -= this.held[done]!;
    }
    this.arrivals[this.step] = arrived;
    this.waitingNow += arrived;
  }

  /** Begins with as many waiting messages as there are free slots, and ends the step. */
  start(slots: number): void {
    const free = Math.max(0, Math.floor(slots - this.heldNow + 1e-6));
    const started = Math.min(this.waitingNow, free);
    this.starts[this.step] = started;
    this.held[this.step] = started;
    this.waitingNow -= started;
    this.inFlightNow += started;
    this.heldNow += started;
    this.step++;
  }

  /** A share of the pods stops: it finishes what it has and takes no more. */
  release(share: number): void {
    if (share === 0) return;
    for (let step = Math.max(0, this.step - this.serviceSteps); step < this.step; step++) {
      this.held[step]! *= 1 - share;
    }
    this.heldNow *= 1 - share;
  }
}
