const MAX_SHOWN_CHARACTERS = 60;

/**
 * A value from outside in a few words: short text and plain values as they are, everything else by its
 * type and size. It never looks inside a value, because a nested one may be deeper than the stack.
 */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  if (typeof value === 'string') return describeText(value);
  if (Array.isArray(value)) return `an array of ${value.length} items`;
  return `an object of ${Object.keys(value).length} fields`;
}

function describeText(text: string): string {
  const start = JSON.stringify(text.slice(0, MAX_SHOWN_CHARACTERS));
  return text.length <= MAX_SHOWN_CHARACTERS ? start : `${start}... (${text.length} characters)`;
}
