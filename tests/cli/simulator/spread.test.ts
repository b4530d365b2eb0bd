import { labScenario } from '../../../cli/simulator/scenario';
import { runPhases, spreadOf } from '../../../cli/simulator/spread';
import { burst } from './support/burst';

// lowest and highest of four runs of 300 requests on the local cluster, as the README has them
const MEASURED = {
  neededReplicas: [12.5, 23.5],
  drain: [41.6, 51.3],
  rest: [70.9, 80.9],
} as const;

test('a burst of 300 goes as it was measured, within a fifth', () => {
  const { spread } = runPhases(labScenario(burst(300)), 15, 10);
  for (const [name, [lowest, highest]] of Object.entries(MEASURED)) {
    const { median } = spread[name as keyof typeof MEASURED]!;
    const middle = (lowest + highest) / 2;
    expect(Math.abs(median / middle - 1)).toBeLessThan(0.2);
  }
});

test('the moment at which a burst comes decides when ten pods are ready, within one sync of the HPA', () => {
  const { spread } = runPhases(labScenario(burst(300)), 15, 10);
  const { lowest, highest, runs } = spread.neededReplicas!;
  expect(runs).toBe(15);
  expect(highest - lowest).toBeGreaterThan(12);
  expect(highest - lowest).toBeLessThanOrEqual(15);
});

test('a measure that some runs never reach says in how many it was reached', () => {
  const horizon = 44;
  const { spread, measures } = runPhases(labScenario(burst(300), { horizon }), 15, 10);
  const drained = measures.filter(({ drain }) => drain !== undefined).length;
  expect(drained).toBeGreaterThan(0);
  expect(drained).toBeLessThan(15);
  expect(spread.drain?.runs).toBe(drained);
});

test('never is more than any value, in the median too', () => {
  const [run] = runPhases(labScenario(burst(10)), 1, 10).measures;
  const drains = (...values: (number | undefined)[]) =>
    spreadOf(values.map((drain) => ({ ...run!, drain }))).drain;
  expect(drains(40, 20, undefined)).toEqual({ lowest: 20, median: 40, highest: 40, runs: 2 });
  expect(drains(undefined, 20, undefined)).toMatchObject({ median: Infinity, runs: 1 });
  expect(drains(undefined)).toBeUndefined();
});
