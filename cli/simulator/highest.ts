/** The highest of some values; Math.max takes each as an argument, and a day has more than the stack takes. */
export function highest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}
