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

  /**
   * The time for which it was due where that has come, once for each time: at most `now`, because
   * time goes in steps that need not divide the period.
   */
  due(now: number): number | undefined {
    // by multiplication, because a day of additions drifts
    if (now + 1e-9 < this.phase + this.count * this.period) return undefined;
    const latest = Math.floor((now + 1e-9 - this.phase) / this.period);
    this.count = latest + 1;
    return this.phase + latest * this.period;
  }
}
