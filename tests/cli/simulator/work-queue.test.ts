import fc from 'fast-check';
import { WorkQueue } from '../../../cli/simulator/work-queue';

test('four messages on two slots take two rounds', () => {
  const queue = new WorkQueue(10, 3);
  const answered: number[] = [];
  for (let step = 0; step < 8; step++) {
    queue.receive(step === 0 ? 4 : 0);
    answered.push(queue.answered);
    queue.start(2);
  }
  expect(answered).toEqual([0, 0, 0, 2, 2, 2, 4, 4]);
});

test('what is being worked on counts as lag', () => {
  const queue = new WorkQueue(10, 3);
  queue.receive(5);
  queue.start(2);
  expect([queue.waiting, queue.inFlight, queue.lag]).toEqual([3, 2, 5]);
});

test('pods that stop finish what they have, and their slots are not used again', () => {
  const queue = new WorkQueue(10, 3);
  queue.receive(10);
  queue.start(4);
  queue.release(0.5);
  queue.receive(0);
  queue.start(2);
  expect(queue.inFlight).toBe(4);
  queue.receive(0);
  queue.start(2);
  queue.receive(0);
  expect(queue.answered).toBe(4);
  queue.start(2);
  expect([...queue.starts.subarray(0, 4)]).toEqual([4, 0, 0, 2]);
});

test('every message is waiting, in flight or answered, whatever the slots do', () => {
  const steps = fc.array(
    fc.record({
      arrived: fc.integer({ min: 0, max: 50 }),
      slots: fc.integer({ min: 0, max: 40 }),
      released: fc.constantFrom(0, 0.25, 0.5, 1),
    }),
    { minLength: 1, maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 8 }), (all, serviceSteps) => {
      const queue = new WorkQueue(all.length, serviceSteps);
      let arrived = 0;
      for (const step of all) {
        queue.receive(step.arrived);
        arrived += step.arrived;
        queue.release(step.released);
        const before = queue.waiting;
        queue.start(step.slots);
        expect(queue.waiting + queue.inFlight + queue.answered).toBe(arrived);
        expect(before - queue.waiting).toBeLessThanOrEqual(step.slots);
        expect(queue.waiting).toBeGreaterThanOrEqual(0);
        expect(queue.inFlight).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
