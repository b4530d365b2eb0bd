import { type Random } from '../../workloads/protocol/random';

/** How the time that one request is worked on varies around its mean. */
export const SERVICE_TIMES = ['deterministic', 'exponential', 'lognormal'] as const;

/** See {@link SERVICE_TIMES}; `lognormal` varies as much as `exponential`: its deviation is its mean. */
export type ServiceTimes = (typeof SERVICE_TIMES)[number];

// of a lognormal whose standard deviation is its mean
const LOG_VARIANCE = Math.log(2);

/**
 * Draws whole steps of time whose mean is that of the distribution.
 *
 * @param meanSteps far above 1, or the lowest draws are cut off
 */
export function serviceSteps(
  times: Exclude<ServiceTimes, 'deterministic'>,
  meanSteps: number,
  random: Random,
): number {
  const steps = meanSteps * (times === 'exponential' ? exponential(random) : lognormal(random));
  // rounded up or down at random, so that the mean stays
  return Math.max(1, Math.floor(steps + random.next()));
}

function exponential(random: Random): number {
  return -Math.log(1 - random.next());
}

function lognormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  const normal = radius * Math.cos(2 * Math.PI * random.next());
  return Math.exp(Math.sqrt(LOG_VARIANCE) * normal - LOG_VARIANCE / 2);
}
