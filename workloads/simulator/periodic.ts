/** Something that happens every so many seconds, at a chosen offset. */
export class Periodic {
  private count = 0;

  /**
   * @param period seconds; greater than 0
   * @param phase seconds until the first time
   */
  constructor(
    private readonly period: number,
    private readonly phase: number,
  ) {}

  /** Whether it is time, or past it; true once for each time. */
  due(now: number): boolean {
    // by multiplication, because a day of additions drifts
    if (now + 1e-9 < this.phase + this.count * this.period) return false;
    this.count = Math.floor((now + 1e-9 - this.phase) / this.period) + 1;
    return true;
  }
}
