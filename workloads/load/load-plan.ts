import { arrivals } from '../protocol/load-arrivals';
import { type LoadProfile } from '../protocol/load-profile';
import { Random } from '../protocol/random';

/** One request that will be sent. */
export interface PlannedRequest {
  readonly id: string;
  readonly prompt: string;
  /** When it is due, in seconds from the start of the load. */
  readonly atSeconds: number;
}

/**
 * The requests of a run. Every id is new, and so is every prompt but the profile's share of repeats,
 * each of which takes an earlier prompt of the same run: no run can profit from one before it.
 *
 * @param runId part of every id and prompt
 * @param seed the same seed gives the same moments and the same repeats
 */
export function planRequests(profile: LoadProfile, runId: string, seed = 1): PlannedRequest[] {
  const random = new Random(seed + 1);
  const prompts: string[] = [];
  return [...arrivals(profile, seed)].map((atSeconds, index) => {
    const repeats = prompts.length > 0 && random.next() < profile.repeatShare;
    const prompt = repeats ? random.pick(prompts) : `load ${runId}, meme ${index + 1}`;
    if (!repeats) prompts.push(prompt);
    return { id: `load-${runId}-${index + 1}`, prompt, atSeconds };
  });
}
