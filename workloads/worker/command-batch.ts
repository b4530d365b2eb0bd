/** One use of a batch: what is asked, and where the answer goes. */
interface Entry<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result | undefined) => void;
}

/**
 * Gathers what is asked in one turn of the event loop and asks it at once: a command to Redis costs
 * this process more than what the command does.
 */
export class CommandBatch<Item, Result> {
  private waiting: Entry<Item, Result>[] = [];

  /**
   * @param ask gives the results in the order of the items, or undefined where none could be had
   */
  constructor(
    private readonly ask: (items: readonly Item[]) => Promise<readonly Result[] | undefined>,
  ) {}

  /** @returns the result of the item, or undefined where it could not be asked for */
  add(item: Item): Promise<Result | undefined> {
    return new Promise((resolve) => {
      if (this.waiting.push({ item, resolve }) === 1) setImmediate(() => void this.flush());
    });
  }

  private async flush(): Promise<void> {
    const entries = this.waiting;
    this.waiting = [];
    const results = await this.ask(entries.map(({ item }) => item));
    for (const [index, { resolve }] of entries.entries()) resolve(results?.[index]);
  }
}
