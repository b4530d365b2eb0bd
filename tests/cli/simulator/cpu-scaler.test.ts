import { CpuScaler } from '../../../cli/simulator/cpu-scaler';
import { PodSet } from '../../../cli/simulator/pod-set';
import { labScenario } from '../../../cli/simulator/scenario';
import { burst } from './support/burst';

/** Replicas at each sync of an HPA whose one worker is busy for a second, and then none is. */
function replicasAtSyncs(podStartSeconds: number): number[] {
  const scenario = labScenario(burst(1), { mode: 'cpu', phases: { poll: 0, sync: 1, scrape: 0 } });
  const scaler = new CpuScaler({
    ...scenario,
    scaleDown: { ...scenario.scaleDown, stabilizationWindowSeconds: 0 },
  });
  const pods = new PodSet({ startSeconds: podStartSeconds, startSpacingSeconds: 0 }, 1);
  const replicas: number[] = [];
  for (let now = 0; now <= 31; now++) {
    pods.advance(now);
    const queue = { lag: 0, inFlight: now === 0 ? 2 : 0 };
    pods.scale(now, scaler.step({ now, pods, queue }));
    if (now % 15 === 1) replicas.push(pods.wanted);
  }
  return replicas;
}

test('downwards a pod whose first sample is not usable yet is left out', () => {
  // ready at 3 s, and so 12 s old in the sample of 15 s
  expect(replicasAtSyncs(2)).toEqual([2, 1, 1]);
});

test('downwards a pod that metrics-server has no sample of counts as fully used', () => {
  // ready at 9 s, and so 6 s old in the sample of 15 s
  expect(replicasAtSyncs(8)).toEqual([2, 2, 1]);
});
