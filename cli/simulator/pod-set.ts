/** How long pods take from the wish to readiness. */
export interface PodSetProps {
  /** Seconds that one pod alone takes. */
  readonly startSeconds: number;
  /**
   * Seconds that each further pod which starts at the same time adds, to all of them: they share the
   * node's processors and become ready together.
   */
  readonly startSpacingSeconds: number;
}

/** The pods of the scaled workload: those that start, and those that are ready. */
export class PodSet {
  /** When each pod becomes ready; the first `ready` of them are. Ascending. */
  private readonly readyTimes: number[] = [];
  private readyCount = 0;

  /** @param count pods that are ready from the beginning */
  constructor(
    private readonly props: PodSetProps,
    count: number,
  ) {
    for (let pod = 0; pod < count; pod++) this.readyTimes.push(-Infinity);
    this.readyCount = count;
  }

  /** Pods asked for. */
  get wanted(): number {
    return this.readyTimes.length;
  }

  get ready(): number {
    return this.readyCount;
  }

  /** Pods that were ready at a moment and still are. */
  readySince(moment: number): number {
    let count = this.readyCount;
    while (count > 0 && this.readyTimes[count - 1]! > moment) count--;
    return count;
  }

  /** Makes ready what has started by now. */
  advance(now: number): void {
    while (this.readyCount < this.wanted && this.readyTimes[this.readyCount]! <= now) {
      this.readyCount++;
    }
  }

  /**
   * Starts or removes pods; a ReplicaSet removes those first that are not ready, then the youngest.
   *
   * @returns share of the ready pods that were removed
   */
  scale(now: number, replicas: number): number {
    const { startSeconds, startSpacingSeconds } = this.props;
    const before = this.readyCount;
    while (this.wanted > replicas) this.readyTimes.pop();
    const added = replicas - this.wanted;
    const previous = this.readyTimes.at(-1) ?? -Infinity;
    const ready = Math.max(
      now + startSeconds + startSpacingSeconds * (added - 1),
      previous + startSpacingSeconds * added,
    );
    for (let pod = 0; pod < added; pod++) this.readyTimes.push(ready);
    this.readyCount = Math.min(before, replicas);
    return before === 0 ? 0 : (before - this.readyCount) / before;
  }
}
