import { hpaWords, kedaWords } from '../../../workloads/observer/scaling-words';
import { queueOf } from '../../support/queue-state';

const QUEUE = queueOf(4, 1);

test('decisions are sentences', () => {
  expect(kedaWords('worker', 0, 1, QUEUE)).toBe('KEDA woke worker from 0 to 1: 5 requests wait');
  expect(kedaWords('worker', 2, 0, QUEUE, 0)).toBe(
    'KEDA put worker to sleep, from 2 to 0: nothing waits any more',
  );
  expect(kedaWords('worker', 2, 0, QUEUE, 5)).toBe(
    'KEDA put worker to sleep, from 2 to 0: 5 requests wait, no more than activationLagThreshold (5)',
  );
  expect(kedaWords('worker', 2, 0, QUEUE)).toBe(
    'KEDA put worker to sleep, from 2 to 0: too little waits to keep it awake',
  );
  expect(kedaWords('worker', 0, 1, { known: false, reason: 'away' })).toBe(
    'KEDA woke worker from 0 to 1',
  );
  expect(hpaWords('frontend', 'frontend', 1, 3, undefined)).toBe(
    'frontend raised frontend from 1 to 3',
  );
});
