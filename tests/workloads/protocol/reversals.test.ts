import fc from 'fast-check';
import { reversals } from '../../../workloads/protocol/reversals';

test('up once and back once is one reversal, with any number of steps', () => {
  expect(reversals([0, 1, 1, 10, 4, 0, 0])).toBe(1);
  expect(reversals([0, 5, 3, 8, 0])).toBe(3);
  expect(reversals([])).toBe(0);
});

test('mirrored or told more often, it is as many', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 10 })), (values) => {
      const count = reversals(values);
      expect(reversals(values.map((value) => 10 - value))).toBe(count);
      expect(reversals(values.flatMap((value) => [value, value]))).toBe(count);
      expect(reversals([...values].reverse())).toBe(count);
    }),
  );
});
