import { averageValueReplicas, utilizationReplicas } from '../../../cli/simulator/recommendation';

test.each([
  [300, 5, 1, 60],
  [301, 5, 1, 61],
  [1, 5, 1, 1],
  [0, 5, 3, 0],
  [372, 37.2, 1, 10],
])('a metric of %d at %d for each, with %d replicas, asks for %d', (usage, target, now, wanted) => {
  expect(averageValueReplicas(usage, target, now)).toBe(wanted);
});

test.each([
  [54, 10],
  [45, 10],
  [55, 10],
  [56, 12],
  [44, 9],
])('10 replicas for 50 in all: %d asks for %d, as a tenth is tolerated', (usage, wanted) => {
  expect(averageValueReplicas(usage, 5, 10)).toBe(wanted);
});

test.each([
  [{ measured: 3, unready: 0, missing: 0, utilization: 0.5 }, 0.3, 3, 5],
  [{ measured: 3, unready: 0, missing: 0, utilization: 0.31 }, 0.3, 3, 3],
  // 60 % of two pods against 30 % asks for four, and the one that starts counts as idle
  [{ measured: 2, unready: 1, missing: 0, utilization: 0.6 }, 0.3, 3, 4],
  [{ measured: 2, unready: 0, missing: 1, utilization: 0.6 }, 0.3, 3, 4],
  [{ measured: 1, unready: 2, missing: 0, utilization: 0.4 }, 0.3, 3, 3],
  [{ measured: 1, unready: 1, missing: 1, utilization: 0.4 }, 0.3, 3, 3],
  // downwards those that start do not count at all
  [{ measured: 2, unready: 3, missing: 0, utilization: 0.1 }, 0.3, 5, 1],
  // and those without a sample as if they used all that they request: 0.8 + 1 of 5 x 50 %
  [{ measured: 4, unready: 0, missing: 1, utilization: 0.2 }, 0.5, 5, 4],
  [{ measured: 2, unready: 0, missing: 3, utilization: 0.1 }, 0.5, 5, 5],
  // above 100 %, as if they used the target: 0.4 + 2 of 3 x 200 %
  [{ measured: 2, unready: 5, missing: 1, utilization: 0.2 }, 2, 8, 2],
  [{ measured: 0, unready: 3, missing: 0, utilization: 0 }, 0.3, 3, 3],
  // fewer pods are counted than are wanted, but more usage never asks for less
  [{ measured: 3, unready: 0, missing: 1, utilization: 0.45 }, 0.3, 6, 6],
])('utilization %j against %d with %d replicas asks for %d', (usage, target, now, wanted) => {
  expect(utilizationReplicas(usage, target, now)).toBe(wanted);
});

test.each([
  // 55.9 % is 55 %, which a target of 50 % tolerates; 56 % is not
  [0.559, 0.5, 10, 10],
  [0.56, 0.5, 10, 12],
  // 34.9 % of four pods is 34 %, and 34 / 50 x 4 is 2.72
  [0.349, 0.5, 4, 3],
  // 75.9 % is 75 %, and 75 / 50 x 4 is 6, not 7
  [0.759, 0.5, 4, 6],
])('utilization %d is cut to a whole percentage', (utilization, target, pods, wanted) => {
  const usage = { measured: pods, unready: 0, missing: 0, utilization };
  expect(utilizationReplicas(usage, target, pods)).toBe(wanted);
});
