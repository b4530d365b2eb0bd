import { HorizontalPodAutoscaler } from './horizontal-pod-autoscaler';
import { Periodic } from './periodic';
import { utilizationReplicas, type PodUsage } from './recommendation';
import { type Scaler, type WorkloadState } from './scaler';
import { type Scenario } from './scenario';

/** metrics-server has nothing of a container that runs for less than this (pkg/storage/pod.go). */
const FIRST_SAMPLE_SECONDS = 10;

/**
 * A plain HPA on the CPU of the workers. All ready pods count as equally busy, a pod that is not
 * ready as pending, and nothing is throttled.
 */
export class CpuScaler implements Scaler {
  private readonly syncs: Periodic;
  private readonly samples: Periodic;
  private readonly hpa: HorizontalPodAutoscaler;
  private sampledAt = -Infinity;
  private utilization: number;
  private readySteps = 0;
  private busySteps = 0;

  constructor(private readonly scenario: Scenario) {
    this.syncs = new Periodic(scenario.hpaSyncPeriod, scenario.phases.sync);
    this.samples = new Periodic(scenario.metricsWindow, scenario.phases.scrape);
    const atRest = Math.max(1, scenario.minReplicas);
    const { cpuIdle, cpuRequest, targetCpuUtilization, hpaTolerance } = scenario;
    this.utilization = cpuIdle / cpuRequest;
    this.hpa = new HorizontalPodAutoscaler({ ...scenario, minReplicas: atRest });
    const idle = { measured: atRest, unready: 0, missing: 0, utilization: this.utilization };
    const wanted = utilizationReplicas(idle, targetCpuUtilization, atRest, hpaTolerance);
    this.hpa.rest(scenario.phases.sync, scenario.hpaSyncPeriod, atRest, wanted);
  }

  step(state: WorkloadState): number {
    const { now, pods, queue } = state;
    this.readySteps += pods.ready;
    this.busySteps += queue.inFlight;
    const sampled = this.samples.due(now);
    if (sampled !== undefined) this.sample(sampled);
    const synced = this.syncs.due(now);
    if (synced === undefined) return pods.wanted;
    const { targetCpuUtilization, hpaTolerance } = this.scenario;
    const usage = this.usage(state);
    const wanted = utilizationReplicas(usage, targetCpuUtilization, pods.wanted, hpaTolerance);
    return this.hpa.sync(synced, pods.wanted, wanted);
  }

  private sample(now: number): void {
    const { cpuIdle, cpuPerMeme, secondsPerMeme, cpuRequest } = this.scenario;
    const busy = this.readySteps === 0 ? 0 : this.busySteps / this.readySteps;
    this.utilization = (cpuIdle + (busy * cpuPerMeme) / secondsPerMeme) / cpuRequest;
    this.sampledAt = now;
    this.readySteps = 0;
    this.busySteps = 0;
  }

  private usage({ pods }: WorkloadState): PodUsage {
    const { metricsWindow } = this.scenario;
    const measured = pods.readySince(this.sampledAt - metricsWindow);
    const sampled = pods.readySince(this.sampledAt - Math.min(FIRST_SAMPLE_SECONDS, metricsWindow));
    const missing = pods.ready - sampled;
    const unready = pods.wanted - measured - missing;
    return { measured, unready, missing, utilization: this.utilization };
  }
}
