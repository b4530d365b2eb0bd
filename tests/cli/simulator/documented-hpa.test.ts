import fc from 'fast-check';
import { HorizontalPodAutoscaler } from '../../../cli/simulator/horizontal-pod-autoscaler';
import { SELECT_POLICIES } from '../../../cli/simulator/scaling-rules';
import { documentedReplicas } from './support/documented-hpa';

/** More cases than in everyday runs: HPA_CASES=200000. */
const CASES = Number(process.env.HPA_CASES ?? 2000);

jest.setTimeout(Math.max(20_000, CASES * 10));

const rules = fc.record({
  stabilizationWindowSeconds: fc.constantFrom(0, 15, 30, 45, 60, 300),
  policies: fc.array(
    fc.record({
      type: fc.constantFrom('Pods' as const, 'Percent' as const),
      value: fc.integer({ min: 1, max: 150 }),
      periodSeconds: fc.constantFrom(1, 15, 30, 60, 120),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  selectPolicy: fc.constantFrom(...SELECT_POLICIES),
});

test('it sets what the documented algorithm sets, in random cases', () => {
  let moves = 0;
  fc.assert(
    fc.property(
      rules,
      rules,
      fc.integer({ min: 2, max: 50 }),
      fc.constantFrom(5, 15, 30),
      fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 1, maxLength: 25 }),
      (scaleUp, scaleDown, from, periodSeconds, recommended) => {
        const props = { minReplicas: 2, maxReplicas: 50, scaleUp, scaleDown };
        const hpa = new HorizontalPodAutoscaler(props);
        let current = from;
        const replicas = recommended.map(
          (wanted, index) => (current = hpa.sync(index * periodSeconds, current, wanted)),
        );
        moves += new Set(replicas).size - 1;
        expect(replicas).toEqual(documentedReplicas(props, from, recommended, periodSeconds));
      },
    ),
    { numRuns: CASES },
  );
  // cases in which nothing ever moves would prove nothing
  expect(moves).toBeGreaterThan(CASES / 2);
});
