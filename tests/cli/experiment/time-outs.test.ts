import {
  clearSecondsAtMost,
  loadSecondsAtMost,
  restSecondsAtMost,
} from '../../../cli/experiment/time-outs';
import { durationSeconds } from '../../../workloads/protocol/load-arrivals';
import { LOAD_PROFILES, LOAD_PROFILE_NAMES } from '../../../workloads/protocol/load-profile';

test.each([1, 30, 300, 900, 86_400])('a cooldown of %d s is over before a run is given up', (s) => {
  expect(restSecondsAtMost(s)).toBeGreaterThanOrEqual(s + 300);
  expect(clearSecondsAtMost(s)).toBeGreaterThanOrEqual(s + 900);
});

test.each(LOAD_PROFILE_NAMES)('load %s is not ended before its own wait for answers', (name) => {
  for (const giveUp of [1, 900, 86_400]) {
    const needed = durationSeconds(LOAD_PROFILES[name]) + giveUp;
    expect(loadSecondsAtMost(name, giveUp)).toBeGreaterThan(needed);
  }
});
