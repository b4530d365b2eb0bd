/** The values that a number may take. */
export interface Bounds {
  readonly min: number;
  /**
   * @default - no upper bound
   */
  readonly max?: number;
  /** What to do about a wrong value, as the end of a sentence. */
  readonly hint: string;
}

/**
 * Refuses a number that is not a whole number within bounds.
 *
 * @param field the property's name as its user wrote it
 * @throws naming the field, the value, what is allowed and what to do
 */
export function requireInteger(field: string, value: number, bounds: Bounds): void {
  if (Number.isInteger(value) && isWithin(value, bounds)) return;
  throw new Error(
    `"${field}" is ${value}; it must be a whole number ${range(bounds)}: ${bounds.hint}`,
  );
}

/**
 * Refuses a number out of bounds; fractions are fine.
 *
 * @param field the property's name as its user wrote it
 * @throws naming the field, the value, what is allowed and what to do
 */
export function requireNumber(field: string, value: number, bounds: Bounds): void {
  if (Number.isFinite(value) && isWithin(value, bounds)) return;
  throw new Error(`"${field}" is ${value}; it must be a number ${range(bounds)}: ${bounds.hint}`);
}

function isWithin(value: number, { min, max = Infinity }: Bounds): boolean {
  return value >= min && value <= max;
}

function range({ min, max }: Bounds): string {
  return max === undefined ? `of at least ${min}` : `from ${min} to ${max}`;
}
