import { failedContainers, isPodReady, podHint, podTroubles } from './pods';
import { ready, type ReadinessCheck } from './readiness';

/** A Pod is ready when it says so, or when it has succeeded. */
export const podReadiness: ReadinessCheck = async (live) => {
  const phase = (live.status as { phase?: string } | undefined)?.phase;
  if (isPodReady(live) || phase === 'Succeeded') return ready('Pod is ready');
  const troubles = podTroubles([live]);
  if (phase === 'Failed') {
    const reasons = [...failedContainers([live]), ...troubles];
    return { ready: false, failed: true, status: 'Pod failed', reasons };
  }
  return {
    ready: false,
    status: podHint([live]) || 'waiting for readiness',
    reasons: troubles.length > 0 ? troubles : [`Pod is in phase ${phase ?? 'Pending'}`],
  };
};
