import fc from 'fast-check';
import {
  arrivals,
  durationSeconds,
  expectedArrivals,
  ratePerSecond,
  requestCount,
} from '../../../workloads/protocol/load-arrivals';
import {
  LOAD_PROFILES,
  type LoadProfile,
  type LoadStage,
} from '../../../workloads/protocol/load-profile';
import { loadReplySchema, loadStartSchema } from '../../../workloads/protocol/load-request';

const perSecond = fc.double({ min: 0, max: 50, noNaN: true });
const seconds = fc.double({ min: 1, max: 60, noNaN: true });
const stage = fc.oneof(
  fc.record({
    kind: fc.constant('burst' as const),
    requests: fc.integer({ min: 0, max: 200 }),
  }),
  fc.record({
    kind: fc.constant('linear' as const),
    seconds,
    fromPerSecond: perSecond,
    toPerSecond: perSecond,
  }),
  fc
    .tuple(seconds, perSecond, fc.double({ min: 0, max: 1, noNaN: true }), seconds)
    .map(([length, mean, share, periodSeconds]) => ({
      kind: 'sine' as const,
      seconds: length,
      meanPerSecond: mean,
      amplitudePerSecond: mean * share,
      periodSeconds,
    })),
);
const anyProfile = fc
  .array(stage as fc.Arbitrary<LoadStage>, { minLength: 1, maxLength: 4 })
  .map((stages) => profileOf(...stages));

test('each profile makes the number of requests, over the time, that its description says', () => {
  const figures = Object.values(LOAD_PROFILES).map((profile) => [
    profile.name,
    requestCount(profile),
    durationSeconds(profile),
  ]);

  expect(figures).toEqual([
    ['single', 1, 0],
    ['burst', 150, 0],
    ['ramp', 480, 90],
    ['sine', 720, 180],
    ['spike', 322, 100],
    ['soak', 3600, 1800],
    ['six-thousand', 6000, 0],
    ['four-thousand', 4000, 0],
    ['thousand-users', 10250, 930],
  ]);
});

test('a profile is found under its own name', () => {
  for (const [name, profile] of Object.entries(LOAD_PROFILES)) expect(profile.name).toBe(name);
});

test('arrivals never go back, stay within the profile, and are as many as it says', () => {
  fc.assert(
    fc.property(anyProfile, fc.integer(), (profile, seed) => {
      const moments = [...arrivals(profile, seed)];
      const end = durationSeconds(profile);
      expect(moments).toHaveLength(requestCount(profile));
      const misplaced = moments.filter(
        (moment, index) => moment < (moments[index - 1] ?? 0) || moment > end + 1e-9,
      );
      expect(misplaced).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test('the expected number of arrivals is the sum of the rate and the bursts', () => {
  fc.assert(
    fc.property(anyProfile, fc.double({ min: 0, max: 1, noNaN: true }), (profile, share) => {
      const until = durationSeconds(profile) * share;
      // stage by stage: over a jump between two of them the sum would be as wrong as its step is wide
      const steps = 4000;
      let sum = 0;
      let from = 0;
      for (const each of profile.stages) {
        const width = Math.min(durationSeconds(profileOf(each)), until - from);
        for (let step = 0; step < steps; step++) {
          sum += (ratePerSecond(profile, from + (width * (step + 0.5)) / steps) * width) / steps;
        }
        from += width;
      }
      const bursts = burstsUntil(profile, until);
      expect(Math.abs(expectedArrivals(profile, until) - sum - bursts)).toBeLessThan(0.02);
    }),
    { numRuns: 50 },
  );
});

test('arrivals are the same for a seed and others for another', () => {
  const first = [...arrivals(LOAD_PROFILES.ramp, 7)];

  expect([...arrivals(LOAD_PROFILES.ramp, 7)]).toEqual(first);
  expect([...arrivals(LOAD_PROFILES.ramp, 8)]).not.toEqual(first);
});

test('arrivals follow the rate: a ramp has a quarter of its requests in its first half', () => {
  const ramp = profileOf({ kind: 'linear', seconds: 100, fromPerSecond: 0, toPerSecond: 200 });

  const early = [...arrivals(ramp)].filter((moment) => moment < 50).length;

  // 10,000 requests: the standard deviation of the first half is 43
  expect(early).toBeGreaterThan(2500 - 5 * 43);
  expect(early).toBeLessThan(2500 + 5 * 43);
});

test('gaps between arrivals are as uneven as those of independent clients', () => {
  const steady = profileOf({ kind: 'linear', seconds: 1000, fromPerSecond: 5, toPerSecond: 5 });

  const moments = [...arrivals(steady)];

  const gaps = moments.slice(1).map((moment, index) => moment - moments[index]!);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  expect(mean).toBeCloseTo(0.2, 2);
  // an exponential distribution deviates by as much as its mean
  expect(Math.sqrt(variance) / mean).toBeGreaterThan(0.9);
  expect(Math.sqrt(variance) / mean).toBeLessThan(1.1);
});

test('a start names a profile, and nothing that the generator would not look at', () => {
  expect(loadStartSchema.parse({ profile: 'burst' })).toEqual({
    profile: 'burst',
    target: 'memes',
  });
  expect(loadStartSchema.safeParse({ profile: 'flood' }).success).toBe(false);
  expect(loadStartSchema.safeParse({ profile: 'burst', requests: 1e9 }).success).toBe(false);
});

test('a refusal carries its reason', () => {
  const state = { time: 1, running: false, offers: [] };

  expect(loadReplySchema.safeParse({ ok: false, state }).success).toBe(false);
  expect(loadReplySchema.parse({ ok: false, error: 'one runs already', state }).ok).toBe(false);
});

function profileOf(...stages: LoadStage[]): LoadProfile {
  return { name: 'test', description: '', stages, clients: 1, repeatShare: 0 };
}

function burstsUntil({ stages }: LoadProfile, until: number): number {
  let start = 0;
  let sum = 0;
  for (const each of stages) {
    if (start > until) break;
    if (each.kind === 'burst') sum += each.requests;
    else start += each.seconds;
  }
  return sum;
}
