import {
  averageValueReplicas,
  utilizationReplicas,
} from '../../../workloads/simulator/recommendation';

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
  [{ measured: 3, unready: 0, utilization: 0.5 }, 0.3, 3, 5],
  [{ measured: 3, unready: 0, utilization: 0.31 }, 0.3, 3, 3],
  // 60 % of two pods against 30 % asks for four, and the one that starts counts as idle
  [{ measured: 2, unready: 1, utilization: 0.6 }, 0.3, 3, 4],
  [{ measured: 1, unready: 2, utilization: 0.4 }, 0.3, 3, 3],
  // downwards those that start do not count at all
  [{ measured: 2, unready: 3, utilization: 0.1 }, 0.3, 5, 1],
  [{ measured: 0, unready: 3, utilization: 0 }, 0.3, 3, 3],
])('utilization %j against %d with %d replicas asks for %d', (usage, target, now, wanted) => {
  expect(utilizationReplicas(usage, target, now)).toBe(wanted);
});
