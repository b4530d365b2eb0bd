import { ratePerSecond, durationSeconds } from '../../../workloads/protocol/load-arrivals';
import { type LoadProfile } from '../../../workloads/protocol/load-profile';
import { workersNeeded } from '../../../workloads/protocol/workers-needed';
import { type Setup } from '../run-record';

const STEP_SECONDS = 0.5;

/**
 * Replicas that a profile needs: enough to keep up with its highest rate, and enough to drain its
 * largest burst within the drain target; at most the most that may run. It does not depend on the
 * mode, so it is the same yardstick for all of them.
 */
export function neededReplicas(profile: LoadProfile, settings: Setup['settings']): number {
  const { workerSecondsPerMeme: secondsPerMeme, workerConcurrency: concurrency } = settings;
  const bursts = profile.stages.map((stage) => (stage.kind === 'burst' ? stage.requests : 0));
  const forBurst = workersNeeded({
    lag: Math.max(0, ...bursts),
    secondsPerMeme,
    concurrency,
    drainSeconds: settings.drainTarget,
  });
  const forRate = (peakRate(profile) * secondsPerMeme) / concurrency;
  return Math.min(settings.maxReplicas, Math.max(1, Math.ceil(Math.max(forBurst, forRate))));
}

function peakRate(profile: LoadProfile): number {
  let peak = 0;
  for (let at = 0; at < durationSeconds(profile); at += STEP_SECONDS) {
    peak = Math.max(peak, ratePerSecond(profile, at));
  }
  return peak;
}
