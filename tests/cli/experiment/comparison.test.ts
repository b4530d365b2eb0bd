import { differenceOf, spreadOf } from '../../../cli/experiment/measures/comparison';
import { runMeasures } from '../../../cli/experiment/measures/run-measures';
import { run, SETUP } from './support/runs';

const drains = (...seconds: (number | null)[]) =>
  spreadOf(
    seconds.map((drain) => ({ ...runMeasures(run(), SETUP, 2), drain })),
    'drain',
  );

test('the spread is the median over all runs and the range of those in which it happened', () => {
  expect(drains(30, 10, 20)).toEqual({ median: 20, min: 10, max: 30, missing: 0, runs: 3 });
  expect(drains(30, 10, null, 20)).toEqual({ median: 25, min: 10, max: 30, missing: 1, runs: 4 });
  expect(drains(null, null)).toMatchObject({ median: null, min: null, max: null });
});

test('what did not happen in half of the runs or more has never as its median', () => {
  expect(drains(null, 45, null)).toMatchObject({ median: null, min: 45, max: 45, missing: 2 });
  expect(drains(45, null)).toMatchObject({ median: null, min: 45, max: 45, missing: 1 });
});

test('only ranges apart from each other are a difference', () => {
  expect(differenceOf(drains(10, 12), drains(13, 14))).toBe('less');
  expect(differenceOf(drains(15, 16), drains(13, 14))).toBe('more');
  expect(differenceOf(drains(10, 13), drains(13, 14))).toBe('noise');
});

test('a mode whose runs are equal is inside the range of one whose runs are not', () => {
  expect(differenceOf(drains(9, 9, 9), drains(8, 10, 12))).toBe('noise');
  expect(differenceOf(drains(8, 10, 12), drains(9, 9, 9))).toBe('noise');
});

test('modes are the same only where all runs of both have one value', () => {
  expect(differenceOf(drains(9, 9), drains(9, 9))).toBe('same');
  expect(differenceOf(drains(null, null), drains(null, null))).toBe('same');
  expect(differenceOf(drains(9, 9), drains(8, 8))).toBe('more');
  expect(differenceOf(drains(null, null), drains(9, null))).toBe('noise');
});

test('a single run has no range that a difference could be outside of', () => {
  expect(differenceOf(drains(10), drains(20))).toBe('noise');
  expect(differenceOf(drains(10, 11), drains(20))).toBe('noise');
  expect(differenceOf(drains(10), drains(null))).toBe('noise');
  expect(differenceOf(drains(10), drains(10))).toBe('same');
});

test('never is more than any time', () => {
  expect(differenceOf(drains(null, null), drains(13, 14))).toBe('more');
  expect(differenceOf(drains(10, null), drains(13, 14))).toBe('noise');
});
