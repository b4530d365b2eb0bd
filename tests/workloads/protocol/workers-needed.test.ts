import fc from 'fast-check';
import { workersNeeded } from '../../../workloads/protocol/workers-needed';

test('150 requests of 2 seconds, two at a time, are gone in 30 seconds with 5 workers', () => {
  const work = { lag: 150, secondsPerMeme: 2, concurrency: 2, drainSeconds: 30 };

  expect(workersNeeded(work)).toBe(5);
  expect(workersNeeded({ ...work, lag: 1 })).toBeCloseTo(1 / 30);
  expect(workersNeeded({ ...work, lag: 0 })).toBe(0);
});

test('so many workers, working without a pause, finish the backlog just in time', () => {
  const positive = fc.double({ min: 0.01, max: 1000, noNaN: true });
  fc.assert(
    fc.property(
      fc.record({
        lag: fc.integer({ min: 1, max: 100_000 }),
        secondsPerMeme: positive,
        concurrency: fc.integer({ min: 1, max: 100 }),
        drainSeconds: positive,
      }),
      (work) => {
        const perSecond = (workersNeeded(work) * work.concurrency) / work.secondsPerMeme;
        expect(work.lag / perSecond / work.drainSeconds).toBeCloseTo(1, 6);
      },
    ),
  );
});
