import { setTimeout as sleep } from 'node:timers/promises';

// a timer may come a little early, and one for each request of a fast load would keep the process busy
const TICK_MS = 5;

/**
 * Sends each item when it is due, however long the ones before it take: nothing that the system does
 * slows the load. Returns when the last one was handed over, or nothing more is to be sent.
 *
 * @param items in the order of `atSeconds`
 * @param send gets the moment when the item was due, in Unix milliseconds; must not throw
 * @param stop ends it early
 */
export async function openLoop<T extends { readonly atSeconds: number }>(
  items: readonly T[],
  send: (item: T, dueAt: number) => void,
  stop: AbortSignal,
): Promise<void> {
  const start = Date.now();
  for (let next = 0; next < items.length && !stop.aborted;) {
    const now = Date.now();
    for (; next < items.length; next++) {
      const dueAt = start + items[next]!.atSeconds * 1000;
      if (dueAt > now) break;
      send(items[next]!, dueAt);
    }
    if (next === items.length) return;
    const waitMs = Math.max(TICK_MS, start + items[next]!.atSeconds * 1000 - Date.now());
    await sleep(waitMs, undefined, { signal: stop }).catch(() => undefined);
  }
}
