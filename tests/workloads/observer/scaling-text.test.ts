import { hpaText, kedaText } from '../../../workloads/observer/scaling-text';
import { queueOf } from '../../support/queue-state';

const QUEUE = queueOf(4, 1);

test('decisions are sentences', () => {
  expect(kedaText('worker', 0, 1, QUEUE)).toBe('KEDA scaled worker from 0 to 1: 5 requests wait');
  expect(kedaText('worker', 2, 0, QUEUE, 0)).toBe(
    'KEDA scaled worker from 2 to 0: no requests wait',
  );
  expect(kedaText('worker', 2, 0, QUEUE, 5)).toBe(
    'KEDA scaled worker from 2 to 0: 5 requests wait, no more than activationLagThreshold (5)',
  );
  expect(kedaText('worker', 2, 0, QUEUE)).toBe(
    'KEDA scaled worker from 2 to 0: too few requests wait to keep it active',
  );
  expect(kedaText('worker', 0, 1, { known: false, reason: 'away' })).toBe(
    'KEDA scaled worker from 0 to 1',
  );
  expect(hpaText('frontend', 'frontend', 1, 3, undefined)).toBe(
    'frontend scaled frontend up from 1 to 3',
  );
});
