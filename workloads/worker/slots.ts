/** A fixed number of places for work; whoever finds none waits in line. */
export class Slots {
  private taken = 0;
  private line: (() => void)[] = [];

  /** @param count places, at least 1 */
  constructor(private readonly count: number) {}

  /** Takes a place where one is free and nobody waits for it. */
  tryTake(): boolean {
    if (this.taken >= this.count || this.line.length > 0) return false;
    this.taken++;
    return true;
  }

  /**
   * Takes a place, waiting for one.
   *
   * @throws the signal's reason where it aborts first
   */
  async take(signal: AbortSignal): Promise<void> {
    if (this.tryTake()) return;
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        this.line = this.line.filter((waiter) => waiter !== enter);
        reject(signal.reason as Error);
      };
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      this.line.push(enter);
    });
  }

  /** Waits until a place could be taken, without taking it. */
  async whenFree(signal: AbortSignal): Promise<void> {
    await this.take(signal);
    this.release();
  }

  /** Gives a place back; it goes to the first in the line. */
  release(): void {
    const next = this.line.shift();
    if (next) next();
    else this.taken--;
  }
}
