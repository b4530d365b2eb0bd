import { neededReplicas } from '../../../cli/experiment/measures/needed-replicas';
import { LOAD_PROFILES } from '../../../workloads/protocol/load-profile';
import { SETUP } from './support/runs';

const { settings } = SETUP;

test.each([
  // 150 requests of 2 s in 30 s are 10 slots, which are 5 workers of 2
  ['burst', 5],
  ['single', 1],
  // 8 a second of 2 s each are 16 slots
  ['ramp', 8],
  ['six-thousand', 10],
] as const)('%s needs %i workers', (profile, workers) => {
  expect(neededReplicas(LOAD_PROFILES[profile], settings)).toBe(workers);
});
