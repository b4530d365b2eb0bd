import fc from 'fast-check';
import { arrivals, durationSeconds, requestCount } from '../../../workloads/protocol/load-arrivals';
import { LOAD_PROFILE_NAMES, LOAD_PROFILES } from '../../../workloads/protocol/load-profile';
import { loadOf, scaledTo } from '../../../cli/simulator/load';
import { profileOf } from './support/burst';

test('a profile that is scaled makes exactly the requests that were asked for', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...LOAD_PROFILE_NAMES),
      fc.integer({ min: 1, max: 5000 }),
      (name, requests) => {
        const profile = scaledTo(LOAD_PROFILES[name], requests);
        const load = loadOf(profile);
        expect(load.requests).toBe(requests);
        expect(load.arrivedBy(load.seconds)).toBe(requests);
        expect([...arrivals(profile)]).toHaveLength(requests);
      },
    ),
  );
});

test.each([
  ['spike', 322, [10, 120, 16, 160, 16]],
  ['spike', 1, [0, 0, 0, 1, 0]],
  ['spike', 4, [0, 2, 0, 2, 0]],
  ['thousand-users', 41, [1, 20, 20]],
] as const)('%s of %d requests has %j in its stages', (name, requests, counts) => {
  const profile = scaledTo(LOAD_PROFILES[name], requests);
  expect(requestCount(profile)).toBe(requests);
  const moments = [...arrivals(profile)];
  let start = 0;
  const found = profile.stages.map((stage) => {
    const end = start + durationSeconds(profileOf([stage]));
    const inside = moments.filter((moment) => moment >= start && moment < end);
    start = end;
    return inside.length;
  });
  expect(found).toEqual(counts);
});
