import {
  integral,
  percentile,
  podSeconds,
  shareWithin,
} from '../../../cli/experiment/measures/formulas';

const times = (...seconds: number[]) => seconds.map((each) => ({ seconds: each, count: 1 }));

test('a percentile lies between its neighbours, by the type 7 of R and numpy', () => {
  expect(percentile(times(1, 2, 3, 4), 4, 0.5)).toBe(2.5);
  expect(percentile(times(1, 2, 3, 4, 5), 5, 0.95)).toBeCloseTo(4.8);
  expect(percentile(times(7), 1, 0.99)).toBe(7);
  expect(percentile(times(1, 9), 2, 1)).toBe(9);
});

test('equal times count as often as there are requests', () => {
  const grouped = [
    { seconds: 1, count: 3 },
    { seconds: 5, count: 2 },
  ];
  for (const share of [0, 0.2, 0.5, 0.6, 0.95, 1])
    expect(percentile(grouped, 5, share)).toBe(percentile(times(1, 1, 1, 5, 5), 5, share));
});

test('requests without an answer are slower than all others', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => ({ seconds: index / 10, count: 1 }));
  expect(percentile(hundred, 150, 0.5)).toBeCloseTo(7.45);
  expect(percentile(hundred, 150, 0.95)).toBeUndefined();
  // half way between an answer and none is none
  expect(percentile(times(1), 2, 0.5)).toBeUndefined();
  expect(percentile([], 0, 0.5)).toBeUndefined();
});

test('the share within an objective is one of all requests', () => {
  expect(shareWithin(times(1, 2, 3), 6, 2)).toBeCloseTo(1 / 3);
  expect(shareWithin([], 0, 2)).toBe(1);
});

test('pod-seconds are pods over time, from the start of the load on', () => {
  const points = [
    { t: -5, pods: 1 },
    { t: 10, pods: 4 },
    { t: 20, pods: 0 },
    { t: 30, pods: 9 },
  ];
  expect(podSeconds(points)).toBe(10 + 40);
  expect(integral(points, () => 1)).toBe(30);
});
