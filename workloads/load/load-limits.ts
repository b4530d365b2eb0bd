import { durationSeconds, requestCount } from '../protocol/load-arrivals';
import { type LoadProfile } from '../protocol/load-profile';

/** The most that one run may do. */
export interface LoadLimits {
  readonly maxRequests: number;
  readonly maxSeconds: number;
}

/**
 * Why a profile is over the limits.
 *
 * @returns undefined where it is within them
 */
export function limitFault(profile: LoadProfile, limits: LoadLimits): string | undefined {
  const requests = requestCount(profile);
  const seconds = durationSeconds(profile);
  if (requests > limits.maxRequests) {
    return `profile "${profile.name}" makes ${requests} requests, allowed: at most ${limits.maxRequests}`;
  }
  if (seconds > limits.maxSeconds) {
    return `profile "${profile.name}" lasts ${seconds} seconds, allowed: at most ${limits.maxSeconds}`;
  }
  return undefined;
}
