/**
 * How often a number turned round: went down after it had gone up, or the other way. What goes up
 * once and comes back once has 1, and every further one is oscillation.
 */
export function reversals(values: readonly number[]): number {
  let direction = 0;
  let count = 0;
  for (let index = 1; index < values.length; index++) {
    const step = Math.sign(values[index]! - values[index - 1]!);
    if (step === 0) continue;
    if (direction !== 0 && step !== direction) count++;
    direction = step;
  }
  return count;
}
