import { labScenario } from '../../../cli/simulator/scenario';
import { runPhases } from '../../../cli/simulator/spread';
import { violationsOf, violationsText } from '../../../cli/simulator/violations';
import { burst } from './support/burst';

const [run] = runPhases(labScenario(burst(1)), 1, 10).measures;
const p95Of = (...values: (number | undefined)[]) => values.map((p95) => ({ ...run!, p95 }));
const objective = { measure: 'p95', seconds: 10 } as const;

test('a run above the objective and one that never came to it break it, one at the bound does not', () => {
  expect(violationsOf(objective, p95Of(9, 10, 10.1, undefined))).toMatchObject({
    ...{ runs: 4, count: 2 },
  });
});

test('the interval is that of Wilson', () => {
  const violations = violationsOf(objective, [
    ...p95Of(...new Array<number>(4).fill(11)),
    ...p95Of(...new Array<number>(196).fill(9)),
  ]);
  // by the published formula: 0.78 % to 5.03 %
  expect(violations.low).toBeCloseTo(0.0078, 4);
  expect(violations.high).toBeCloseTo(0.0503, 4);
  expect(violationsText(violations)).toBe('2.0 % (4 of 200 runs; 95 % interval 0.8 to 5.0 %)');
});

test('no violation in some runs does not mean that there is none', () => {
  const { low, high } = violationsOf(objective, p95Of(...new Array<number>(15).fill(9)));
  expect(low).toBe(0);
  expect(high).toBeCloseTo(0.2039, 3);
});
