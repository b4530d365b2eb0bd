import fc from 'fast-check';
import {
  HorizontalPodAutoscaler,
  type HorizontalPodAutoscalerProps,
} from '../../../cli/simulator/horizontal-pod-autoscaler';
import { type ScalingRules } from '../../../cli/simulator/scaling-rules';

/** What Kubernetes assumes upwards: four pods or twice as many every 15 seconds, at once. */
const DEFAULT_SCALE_UP: ScalingRules = {
  stabilizationWindowSeconds: 0,
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};

/** What Kubernetes assumes downwards: all pods, after five minutes. */
const DEFAULT_SCALE_DOWN: ScalingRules = {
  stabilizationWindowSeconds: 300,
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};

const DEFAULTS = {
  minReplicas: 1,
  maxReplicas: 100,
  scaleUp: DEFAULT_SCALE_UP,
  scaleDown: DEFAULT_SCALE_DOWN,
};

/** The replicas after each sync, for a metric that asks for the same or a listed number each time. */
function replicasOver(
  props: Partial<HorizontalPodAutoscalerProps>,
  from: number,
  recommended: readonly number[],
  period = 15,
): number[] {
  const hpa = new HorizontalPodAutoscaler({ ...DEFAULTS, ...props });
  let current = from;
  return recommended.map((wanted, index) => (current = hpa.sync(index * period, current, wanted)));
}

const times = (count: number, value: number) => new Array<number>(count).fill(value);

test('with the defaults it adds four pods or doubles every 15 seconds, whichever is more', () => {
  expect(replicasOver({}, 1, times(6, 60))).toEqual([5, 10, 20, 40, 60, 60]);
});

test('several syncs within one policy period share its allowance', () => {
  expect(replicasOver({}, 1, times(5, 60), 5)).toEqual([5, 5, 5, 10, 10]);
});

test('a period that is exactly over is over, wherever the syncs fall', () => {
  const policies = [{ type: 'Pods' as const, value: 1, periodSeconds: 15 }];
  const scaleUp = { stabilizationWindowSeconds: 0, policies };
  const scaleDown = { ...DEFAULT_SCALE_DOWN, stabilizationWindowSeconds: 15 };
  for (const phase of [0.1, 0.3, 1 / 3, 7.7, 14.9]) {
    const hpa = new HorizontalPodAutoscaler({ ...DEFAULTS, scaleUp, scaleDown });
    let current = 1;
    const replicas = [9, 9, 9, 9, 1, 1, 1].map(
      (wanted, index) => (current = hpa.sync(phase + index * 15, current, wanted)),
    );
    expect(replicas).toEqual([2, 3, 4, 5, 1, 1, 1]);
  }
});

test('downwards the smallest result of the policies counts: 10 % of 80, 8 of 72, four below 40', () => {
  const scaleDown: ScalingRules = {
    stabilizationWindowSeconds: 0,
    policies: [
      { type: 'Pods', value: 4, periodSeconds: 60 },
      { type: 'Percent', value: 10, periodSeconds: 60 },
    ],
  };
  expect(replicasOver({ scaleDown }, 80, times(12, 10), 60)).toEqual([
    72, 64, 57, 51, 45, 40, 36, 32, 28, 24, 20, 16,
  ]);
});

test('a policy counts changes of the other direction, also those that its own periods have forgotten', () => {
  const hpa = new HorizontalPodAutoscaler({
    ...DEFAULTS,
    scaleUp: {
      stabilizationWindowSeconds: 0,
      policies: [{ type: 'Pods', value: 1, periodSeconds: 15 }],
    },
    scaleDown: {
      stabilizationWindowSeconds: 0,
      policies: [{ type: 'Pods', value: 1, periodSeconds: 120 }],
    },
  });
  let current = 2;
  const replicas = [9, 9, 9, 1].map(
    (wanted, index) => (current = hpa.sync(index * 15, current, wanted)),
  );
  // three were added in the last 120 s, so one less than the 2 of before them is allowed
  expect(replicas).toEqual([3, 4, 5, 1]);
});

test('downwards the highest recommendation of the window holds until it is too old', () => {
  const scaleDown = { ...DEFAULT_SCALE_DOWN, stabilizationWindowSeconds: 30 };
  expect(replicasOver({ scaleDown }, 10, [10, 9, 4, 1, 1])).toEqual([10, 10, 9, 4, 1]);
});

test('upwards the lowest recommendation of the window holds', () => {
  const scaleUp = { ...DEFAULT_SCALE_UP, stabilizationWindowSeconds: 31 };
  const scaleDown = { ...DEFAULT_SCALE_DOWN, stabilizationWindowSeconds: 0 };
  expect(replicasOver({ scaleUp, scaleDown }, 2, [2, 6, 5, 6, 6])).toEqual([2, 2, 2, 5, 5]);
});

test('recommendations at rest count in the scale-up window until they are too old', () => {
  const scaleUp = { ...DEFAULT_SCALE_UP, stabilizationWindowSeconds: 60 };
  const hpa = new HorizontalPodAutoscaler({ ...DEFAULTS, scaleUp });
  hpa.rest(7, 15, 1, 0);
  // the last one at rest is of -8 s, so it is out of the window at the sync of 52 s
  const replicas = [7, 22, 37, 52].map((now) => hpa.sync(now, 1, 60));
  expect(replicas).toEqual([1, 1, 1, 5]);
});

test('selectPolicy Min takes the smallest change, and Disabled allows none', () => {
  const up = (selectPolicy: 'Max' | 'Min' | 'Disabled') =>
    replicasOver({ scaleUp: { ...DEFAULT_SCALE_UP, selectPolicy } }, 6, times(3, 60));
  expect(up('Max')).toEqual([12, 24, 48]);
  expect(up('Min')).toEqual([10, 14, 18]);
  expect(up('Disabled')).toEqual([6, 6, 6]);
  const down = (selectPolicy: 'Max' | 'Min' | 'Disabled') => {
    const policies = [
      { type: 'Pods' as const, value: 4, periodSeconds: 15 },
      { type: 'Percent' as const, value: 10, periodSeconds: 15 },
    ];
    const scaleDown = { stabilizationWindowSeconds: 0, policies, selectPolicy };
    return replicasOver({ scaleDown }, 60, times(3, 10));
  };
  expect(down('Max')).toEqual([54, 48, 43]);
  expect(down('Min')).toEqual([56, 52, 48]);
  expect(down('Disabled')).toEqual([60, 60, 60]);
});

test('a target at zero is left alone, one out of bounds is brought back at once', () => {
  expect(replicasOver({}, 0, [50])).toEqual([0]);
  expect(replicasOver({ maxReplicas: 10 }, 30, [50])).toEqual([10]);
  expect(replicasOver({ minReplicas: 3 }, 1, [1])).toEqual([3]);
  expect(replicasOver({}, 5, times(30, 0)).at(-1)).toBe(1);
});

test('it never leaves its bounds and never moves against the recommendation', () => {
  const rules = fc.record({
    stabilizationWindowSeconds: fc.integer({ min: 0, max: 300 }),
    policies: fc.array(
      fc.record({
        type: fc.constantFrom('Pods' as const, 'Percent' as const),
        value: fc.integer({ min: 1, max: 200 }),
        periodSeconds: fc.integer({ min: 1, max: 120 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  });
  fc.assert(
    fc.property(
      rules,
      rules,
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 40 }),
      (scaleUp, scaleDown, from, recommended) => {
        const after = replicasOver({ maxReplicas: 20, scaleUp, scaleDown }, from, recommended);
        after.forEach((replicas, index) => {
          const before = index === 0 ? from : after[index - 1]!;
          expect(replicas).toBeGreaterThanOrEqual(1);
          expect(replicas).toBeLessThanOrEqual(20);
          if (recommended[index]! >= before) expect(replicas).toBeGreaterThanOrEqual(before);
          else expect(replicas).toBeLessThanOrEqual(before);
        });
      },
    ),
  );
});
