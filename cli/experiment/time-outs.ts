import { durationSeconds } from '../../workloads/protocol/load-arrivals';
import { LOAD_PROFILES, type LoadProfileName } from '../../workloads/protocol/load-profile';

const REST_MARGIN_SECONDS = 300;
const CLEAR_MARGIN_SECONDS = 900;
// starting the generator, sending a burst and writing down what came of it
const LOAD_MARGIN_SECONDS = 300;

/** Longest wait for a lab whose queue is empty to come to rest: nothing shrinks within the cooldown. */
export function restSecondsAtMost(cooldownPeriod: number): number {
  return cooldownPeriod + REST_MARGIN_SECONDS;
}

/** Longest wait for a lab to work off what a run left in its queue, and to come to rest. */
export function clearSecondsAtMost(cooldownPeriod: number): number {
  return cooldownPeriod + CLEAR_MARGIN_SECONDS;
}

/** Longest that a load may take, with the wait for its answers. */
export function loadSecondsAtMost(profile: LoadProfileName, giveUpSeconds: number): number {
  return durationSeconds(LOAD_PROFILES[profile]) + giveUpSeconds + LOAD_MARGIN_SECONDS;
}
