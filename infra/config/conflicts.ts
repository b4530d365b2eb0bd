import { CONSUMER } from '../../workloads/protocol/streams';
import type { StackConfig } from './settings';

/** Says which settings contradict each other; one that is faulty by itself is absent and takes no part. */
export function conflicts(config: Partial<StackConfig>): string[] {
  const faults: string[] = [];
  const { minReplicas = 0, maxReplicas = Infinity, cooldownPeriod = Infinity } = config;
  if (minReplicas > maxReplicas) {
    faults.push(
      `"minReplicas": got ${minReplicas}, allowed: at most "maxReplicas" (${maxReplicas}); lower it or raise "maxReplicas"`,
    );
  }
  // a dead worker's requests stay in the lag for one ack wait: a shorter cooldown would stop the
  // last worker while they are still to be delivered again
  if (cooldownPeriod <= CONSUMER.ackWaitSeconds) {
    faults.push(
      `"cooldownPeriod": got ${cooldownPeriod}, allowed: more than the consumer's ack wait of ${CONSUMER.ackWaitSeconds} seconds; raise it`,
    );
  }
  // what counts the workers that are needed is a rule of this Prometheus, under its address
  if (config.scalingMode === 'kpi' && (config.monitoring ?? 'lab') !== 'lab') {
    faults.push(
      `"monitoring": got "${config.monitoring}", allowed: lab where "scalingMode" is "kpi", which asks the lab's own Prometheus; set it to lab or choose another mode`,
    );
  }
  const inFlight = (config.maxReplicas ?? 0) * (config.workerConcurrency ?? 0);
  if (inFlight > CONSUMER.maxAckPending) {
    faults.push(
      `"workerConcurrency": got ${config.workerConcurrency} with ${config.maxReplicas} replicas, allowed: at most ${CONSUMER.maxAckPending} requests in flight over all workers, not ${inFlight}; lower it or "maxReplicas"`,
    );
  }
  if (!('imageLoader' in config) || !('imageRegistry' in config)) return faults;
  if (config.imageLoader === 'push' && config.imageRegistry === undefined) {
    faults.push(
      '"imageRegistry": got nothing, allowed: a registry, because "imageLoader" is "push"; set it, for example: pulumi config set imageRegistry registry.example.com/lab',
    );
  }
  if (
    config.imageRegistry !== undefined &&
    !['auto', 'push'].includes(config.imageLoader ?? 'auto')
  ) {
    faults.push(
      `"imageLoader": got "${config.imageLoader}", allowed: auto or push where "imageRegistry" is set; set it to push or remove "imageRegistry"`,
    );
  }
  return faults;
}
