import { nextRotation } from '../../../cli/commands/rotate-secrets';

test('counts up from the number that is set, or from the first', () => {
  expect(nextRotation()).toBe(2);
  expect(nextRotation('41')).toBe(42);
});

test.each(['', '0', '-1', '1.5', 'next'])('fails where the number is "%s"', (text) => {
  expect(() => nextRotation(text)).toThrow(/^"secretRotation" is ".*", allowed: a whole number/);
});
