import { useEffect, useState } from 'react';

/** Something in a list that has a name. */
interface Named {
  readonly name: string;
}

/** An item with whether it has left the list. */
export interface Shown<T> {
  readonly item: T;
  readonly isGone: boolean;
}

/**
 * The items, and for a moment more those that are no longer among them, so that they can be seen going.
 *
 * @param lingerMs how long that moment is
 */
export function useLeaving<T extends Named>(items: readonly T[], lingerMs: number): Shown<T>[] {
  const [shown, setShown] = useState<readonly T[]>(items);
  useEffect(() => {
    const names = new Set(items.map(({ name }) => name));
    setShown((before) => [...before.filter(({ name }) => !names.has(name)), ...items]);
    const timer = setTimeout(() => setShown(items), lingerMs);
    return () => clearTimeout(timer);
  }, [items, lingerMs]);
  // by name: every state brings new objects for what stays
  const present = new Set(items.map(({ name }) => name));
  return shown.map((item) => ({ item, isGone: !present.has(item.name) }));
}
