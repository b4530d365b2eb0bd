import { differenceOf, spreadOf } from '../../../local/experiment/measures/comparison';
import { runMeasures } from '../../../local/experiment/measures/run-measures';
import { run, SETUP } from './support/runs';

const drains = (...seconds: (number | null)[]) =>
  spreadOf(
    seconds.map((drain) => ({ ...runMeasures(run(), SETUP, 2), drain })),
    'drain',
  );

test('the spread is the median over all runs and the range of those in which it happened', () => {
  expect(drains(30, 10, 20)).toEqual({ median: 20, min: 10, max: 30, missing: 0 });
  expect(drains(30, 10, null, 20)).toEqual({ median: 25, min: 10, max: 30, missing: 1 });
  expect(drains(null, null)).toEqual({ median: null, min: null, max: null, missing: 2 });
});

test('what did not happen in half of the runs or more has never as its median', () => {
  expect(drains(null, 45, null)).toEqual({ median: null, min: 45, max: 45, missing: 2 });
  expect(drains(45, null)).toEqual({ median: null, min: 45, max: 45, missing: 1 });
});

test('only ranges apart from each other are a difference', () => {
  expect(differenceOf(drains(10, 12), drains(13, 14))).toBe('less');
  expect(differenceOf(drains(15, 16), drains(13, 14))).toBe('more');
  expect(differenceOf(drains(10, 13), drains(13, 14))).toBe('noise');
});

test('never is more than any time, and two nevers are the same', () => {
  expect(differenceOf(drains(null, null), drains(13, 14))).toBe('more');
  expect(differenceOf(drains(10, null), drains(13, 14))).toBe('noise');
  expect(differenceOf(drains(null), drains(null))).toBe('noise');
});
