import { Activation } from '../../../cli/simulator/activation';

const props = { minReplicas: 0, activationThreshold: 0, cooldownPeriod: 30 };

test('the threshold must be exceeded, not reached', () => {
  const activation = new Activation({ ...props, activationThreshold: 1 });
  expect(activation.poll(0, 0, 1)).toBe(0);
  expect(activation.poll(1, 0, 2)).toBe(1);
});

test('from zero it goes to one, or to the minimum, and leaves the rest to the HPA', () => {
  expect(new Activation(props).poll(0, 0, 1000)).toBe(1);
  expect(new Activation({ ...props, minReplicas: 3 }).poll(0, 0, 1000)).toBe(3);
  expect(new Activation(props).poll(0, 4, 1000)).toBe(4);
});

test('to zero it goes in one step, once more than the cooldown has passed since work was seen', () => {
  const activation = new Activation(props);
  expect(activation.poll(10.7, 10, 5)).toBe(10);
  expect(activation.poll(40, 10, 0)).toBe(10);
  // the status holds whole seconds, so the cooldown ends at 40
  expect(activation.poll(40.1, 10, 0)).toBe(0);
});

test('without work ever seen the cooldown does not hold', () => {
  expect(new Activation(props).poll(0, 2, 0)).toBe(0);
});

test('with a minimum it never goes to zero, and brings back what is missing', () => {
  const activation = new Activation({ ...props, minReplicas: 2 });
  expect(activation.poll(1000, 2, 0)).toBe(2);
  expect(activation.poll(1001, 1, 0)).toBe(2);
});
