import { isRecord, sameValue, type PathStep, type Value } from './property-values';

/** One difference between two values, at the deepest path that tells it. */
export interface Difference {
  readonly path: readonly PathStep[];
  readonly kind: 'add' | 'delete' | 'update';
}

/**
 * Lists where two values differ. Objects are compared key by key, arrays index by index; a value
 * that is missing, null or undefined on one side is an addition or a deletion.
 */
export function differences(
  before: Value | undefined,
  after: Value | undefined,
  path: readonly PathStep[] = [],
): Difference[] {
  const had = before !== undefined && before !== null;
  const has = after !== undefined && after !== null;
  if (!had && !has) return [];
  if (!had) return [{ path, kind: 'add' }];
  if (!has) return [{ path, kind: 'delete' }];
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      differences(before[index], after[index], [...path, index]),
    );
  }
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) =>
      differences(before[key] as Value, after[key] as Value, [...path, key]),
    );
  }
  return sameValue(before, after) ? [] : [{ path, kind: 'update' }];
}
