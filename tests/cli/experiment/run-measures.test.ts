import { runMeasures } from '../../../cli/experiment/measures/run-measures';
import { run, sample, SETUP } from './support/runs';

const measure = (changes: Parameters<typeof run>[0] = {}) => runMeasures(run(changes), SETUP, 2);

test('a run that goes well', () => {
  expect(measure()).toEqual({
    firstReplica: 8,
    neededReplicas: 8,
    drain: 12,
    p50: 11.5,
    p95: 12,
    p99: 12,
    sloShare: 1,
    peakReplicas: 2,
    // two pods from 2 s to 20 s, of which they worked with both slots from 8 s to 12 s
    podSecondsUsed: 36,
    podSecondsWasted: 28,
    reversals: 1,
    redeliveries: 0,
    unanswered: 0,
    lost: 0,
    duplicated: 0,
    failed: 0,
    frozenAt: null,
    stuckSeconds: 0,
  });
});

test('a slot that is not filled counts as waste, and more requests than slots do not count as gain', () => {
  const samples = [
    sample(0, { pods: 2, ready: 2, inFlight: 2 }),
    sample(10, { pods: 2, ready: 2, inFlight: 9 }),
    sample(20),
  ];

  expect(measure({ samples })).toMatchObject({ podSecondsUsed: 40, podSecondsWasted: 10 });
});

test('what was before the load counts nothing, whatever it was', () => {
  const samples = [
    sample(-10, { pods: 5, wanted: 9, ready: 5, stuck: ['a: b'] }),
    sample(0),
    sample(10),
  ];

  expect(measure({ samples })).toMatchObject({
    podSecondsUsed: 0,
    peakReplicas: 0,
    firstReplica: null,
    stuckSeconds: 0,
  });
});

test('answers in time, late, wrong and missing make up the share of the objective', () => {
  const requests = [
    { id: 'in time', due: 0, answered: 30, totalMs: 30_000, answers: 1 },
    { id: 'late', due: 0, answered: 31, totalMs: 31_000, answers: 1 },
    { id: 'failed', due: 0, answered: 1, totalMs: 1000, answers: 1, error: 'no picture' },
    { id: 'twice', due: 0, answered: 2, totalMs: 2000, answers: 2 },
  ];

  expect(measure({ requests })).toMatchObject({ sloShare: 0.5, failed: 1, duplicated: 1, lost: 0 });
});

test('no answer is lost only where the queue does not hold the request any more', () => {
  const requests = [
    ...run().requests,
    { id: 'a', due: 0, answers: 0 },
    { id: 'b', due: 0, answers: 0 },
    { id: 'refused', due: 0, answers: 0, refused: 'no stream' },
  ];

  expect(measure({ requests, leftOver: 1 })).toMatchObject({ unanswered: 1, lost: 1, drain: null });
  expect(measure({ requests, leftOver: 5 })).toMatchObject({ unanswered: 2, lost: 0 });
});

test('a load that the stream refused as a whole was never drained', () => {
  const requests = ['a', 'b'].map((id) => ({ id, due: 0, answers: 0, refused: 'no stream' }));

  expect(measure({ requests })).toMatchObject({ drain: null, p50: null, sloShare: 0, lost: 0 });
});

test('time in which an autoscaler could not scale, and the size at which several froze', () => {
  const samples = (reason: string) => [
    sample(0),
    sample(10, { wanted: 3, stuck: [`worker-cpu: ${reason}`] }),
    sample(25, { wanted: 9 }),
  ];

  expect(measure({ samples: samples('AmbiguousSelector') })).toMatchObject({
    stuckSeconds: 15,
    frozenAt: 3,
  });
  expect(measure({ samples: samples('FailedGetResourceMetric') })).toMatchObject({
    stuckSeconds: 15,
    frozenAt: null,
  });
});

test('percentiles are those of all requests: the fifty without an answer are the slowest of 150', () => {
  const requests = Array.from({ length: 150 }, (_, index) => ({
    ...{ id: `r${index}`, due: 0 },
    ...(index < 100
      ? { answered: (index + 1) / 10, totalMs: (index + 1) * 100, answers: 1 }
      : { answers: 0 }),
  }));
  const { p50, p95, p99, sloShare } = measure({ requests });
  expect(p50).toBeCloseTo(7.55);
  expect({ p95, p99 }).toEqual({ p95: null, p99: null });
  expect(sloShare).toBeCloseTo(2 / 3);
});
