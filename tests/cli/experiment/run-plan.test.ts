import { runPlan } from '../../../cli/experiment/run-plan';
import { SCALING_MODES } from '../../../workloads/protocol/scaling-mode';

test('each block has every mode once, and not all blocks have the same order', () => {
  const plan = runPlan(SCALING_MODES, 6, 1);
  const blocks = Array.from({ length: 6 }, (_, index) => plan.slice(index * 4, index * 4 + 4));
  for (const [index, block] of blocks.entries()) {
    expect(new Set(block.map(({ mode }) => mode))).toEqual(new Set(SCALING_MODES));
    expect(block.map(({ repeat }) => repeat)).toEqual(new Array<number>(4).fill(index + 1));
  }
  const orders = new Set(blocks.map((block) => block.map(({ mode }) => mode).join()));
  expect(orders.size).toBeGreaterThan(1);
});

test("the offsets of a mode are spread over the HPA's period, one in each part, in random order", () => {
  const plan = runPlan(['queue', 'kpi'], 6, 3);
  for (const wanted of ['queue', 'kpi']) {
    const offsets = plan.filter(({ mode }) => mode === wanted).map((run) => run.offsetSeconds);
    const sorted = [...offsets].sort((a, b) => a - b);
    expect(offsets).not.toEqual(sorted);
    sorted.forEach((offset, part) => {
      expect(offset).toBeGreaterThanOrEqual(part * 2.5);
      expect(offset).toBeLessThanOrEqual((part + 1) * 2.5);
    });
  }
});

test('the same seed gives the same plan, another one another', () => {
  expect(runPlan(SCALING_MODES, 6, 1)).toEqual(runPlan(SCALING_MODES, 6, 1));
  expect(runPlan(SCALING_MODES, 6, 2)).not.toEqual(runPlan(SCALING_MODES, 6, 1));
});
