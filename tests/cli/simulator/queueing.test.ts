import { answerTimes } from '../../../cli/simulator/answer-times';
import { loadOf } from '../../../cli/simulator/load';
import { measure } from '../../../cli/simulator/measures';
import { labScenario } from '../../../cli/simulator/scenario';
import { type ServiceTimes } from '../../../cli/simulator/service-time';
import { simulate } from '../../../cli/simulator/simulation';
import { burst, profileOf } from './support/burst';

/** Mean seconds that requests wait before their work begins, of random arrivals at workers that do not change. */
function meanWait(perSecond: number, workers: number, times: ServiceTimes, requests: number) {
  const profile = profileOf([
    ...[{ kind: 'linear' as const, seconds: requests / perSecond }].map((stage) => ({
      ...stage,
      ...{ fromPerSecond: perSecond, toPerSecond: perSecond },
    })),
  ]);
  const run = simulate(
    labScenario(loadOf(profile).drawn!(7), {
      minReplicas: workers,
      maxReplicas: workers,
      workerConcurrency: 1,
      secondsPerMeme: 1,
      secondsBesideMaking: 0,
      serviceTimes: times,
      seed: 3,
    }),
  );
  expect(run.unanswered).toBe(0);
  const all = answerTimes(run);
  const mean = all.reduce((sum, { seconds, count }) => sum + seconds * count, 0) / run.answered;
  return mean - run.busySeconds / run.answered;
}

/** The mean wait of M/M/c by Erlang's C formula, for work of one second. */
function erlangC(perSecond: number, workers: number): number {
  let term = 1;
  let below = 0;
  for (let busy = 0; busy < workers; busy++) {
    below += term;
    term *= perSecond / (busy + 1);
  }
  const all = (term * workers) / (workers - perSecond);
  return all / (below + all) / (workers - perSecond);
}

test('the formula of Erlang C gives the waits that tables have', () => {
  // M/M/1 at 80 % waits for four services; M/M/2 at 50 % for a third of one
  expect(erlangC(0.8, 1)).toBeCloseTo(4);
  expect(erlangC(1, 2)).toBeCloseTo(1 / 3);
});

test.each([
  [0.7, 1],
  [3.2, 4],
  [8, 10],
])('M/M/c: %d requests a second at %d workers wait as Erlang C says', (perSecond, workers) => {
  const wait = meanWait(perSecond, workers, 'exponential', 20_000);
  expect(Math.abs(wait / erlangC(perSecond, workers) - 1)).toBeLessThan(0.1);
});

test('M/D/1: work of a fixed time halves the wait of M/M/1', () => {
  const wait = meanWait(0.7, 1, 'deterministic', 20_000);
  expect(Math.abs(wait / (0.7 / (2 * 0.3)) - 1)).toBeLessThan(0.1);
});

test('M/G/1: a lognormal with the deviation of an exponential waits as long (Pollaczek-Khinchine)', () => {
  const wait = meanWait(0.6, 1, 'lognormal', 20_000);
  expect(Math.abs(wait / (0.6 / 0.4) - 1)).toBeLessThan(0.1);
});

test.each([
  [100, 10, 1, 2],
  [101, 10, 1, 2],
  [37, 3, 2, 0.5],
])('a batch of %d on %d workers with %d slots drains in whole rounds of %d s', (...numbers) => {
  const [requests, workers, slots, seconds] = numbers;
  const fixed = { minReplicas: workers, maxReplicas: workers, workerConcurrency: slots };
  const run = simulate(
    labScenario(burst(requests), { ...fixed, secondsPerMeme: seconds, secondsBesideMaking: 0 }),
  );
  const rounds = Math.ceil(requests / (workers * slots));
  expect(measure(run, 10).drain).toBeCloseTo(rounds * seconds);
});
