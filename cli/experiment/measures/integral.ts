import { type Sample } from '../run-record';

/**
 * The time integral of a value that holds from its sample to the next one, in value-seconds. What
 * comes before the start of the load counts nothing.
 */
export function integral(samples: readonly Sample[], value: (sample: Sample) => number): number {
  return samples.slice(0, -1).reduce((sum, sample, index) => {
    const from = Math.max(0, sample.t);
    const to = Math.max(0, samples[index + 1]!.t);
    return sum + value(sample) * (to - from);
  }, 0);
}
