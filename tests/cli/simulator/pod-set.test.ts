import { PodSet } from '../../../cli/simulator/pod-set';

const slow = { startSeconds: 2, startSpacingSeconds: 1 };

function readyAt(pods: PodSet, moments: readonly number[]): number[] {
  return moments.map((moment) => {
    pods.advance(moment);
    return pods.ready;
  });
}

test('pods that start together slow each other down, and become ready together', () => {
  const pods = new PodSet(slow, 0);
  pods.scale(10, 3);
  expect(pods.wanted).toBe(3);
  expect(readyAt(pods, [12, 13.9, 14])).toEqual([0, 0, 3]);
});

test('a later step waits for the node to start the earlier one', () => {
  const pods = new PodSet({ startSeconds: 2, startSpacingSeconds: 3 }, 0);
  pods.scale(0, 2);
  pods.scale(1, 3);
  expect(readyAt(pods, [4.9, 5, 7.9, 8])).toEqual([0, 2, 2, 3]);
});

test('pods that are not ready go first, and cost no work', () => {
  const pods = new PodSet(slow, 2);
  pods.scale(0, 5);
  expect(pods.scale(1, 2)).toBe(0);
  expect(pods.ready).toBe(2);
  expect(pods.scale(1, 1)).toBe(0.5);
  expect(pods.wanted).toBe(1);
});

test('it knows for how long its pods have been ready', () => {
  const pods = new PodSet(slow, 1);
  pods.scale(0, 3);
  pods.advance(10);
  expect([0, 2.9, 3].map((moment) => pods.readySince(moment))).toEqual([1, 1, 3]);
});
