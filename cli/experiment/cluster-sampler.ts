import {
  type V1Deployment,
  type V1Pod,
  type V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import { type ConsumerInfo, type JetStreamManager } from 'nats';
import { WORKER } from '../../workloads/protocol/names';
import { CONSUMER } from '../../workloads/protocol/streams';
import { type ApiReader } from '../../local/api-reader';
import { type Sample } from './run-record';

/** A sample with the moment at which it was taken, in Unix milliseconds. */
export type TimedSample = Omit<Sample, 't'> & { readonly at: number };

const EVERY_MS = 1000;
// an API server that is busy or restarts must not cost a run
const GAP_SECONDS_AT_MOST = 20;
const NAMESPACE = WORKER.namespace;
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods?labelSelector=${encodeURIComponent(
  `app.kubernetes.io/name=${WORKER.deployment}`,
)}`;
const DEPLOYMENT = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${WORKER.deployment}`;
const AUTOSCALERS = `/apis/autoscaling/v2/namespaces/${NAMESPACE}/horizontalpodautoscalers`;

/** Looks at the worker, its autoscalers and its queue once a second. */
export class ClusterSampler {
  readonly samples: TimedSample[] = [];
  private stopped = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly cluster: ApiReader,
    private readonly streams: JetStreamManager,
  ) {}

  /** Begins; the first sample is there when it returns. */
  async start(): Promise<void> {
    this.samples.push(await this.sample());
    this.running = this.follow();
    // told by whoever waits for a sample, or by stop()
    this.running.catch(() => undefined);
  }

  /** The last sample. */
  get latest(): TimedSample {
    return this.samples.at(-1)!;
  }

  /**
   * Takes no more samples.
   *
   * @throws Error where no sample could be taken for too long: the run is worth nothing then
   */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  /**
   * Waits until a sample fits.
   *
   * @throws Error where none does in time, or samples cannot be taken
   */
  async until(
    what: string,
    seconds: number,
    holds: (sample: TimedSample) => boolean,
  ): Promise<TimedSample> {
    for (const deadline = Date.now() + seconds * 1000; !holds(this.latest);) {
      if (Date.now() > deadline) {
        throw new Error(
          `${what}: not within ${seconds} s; last seen: ${JSON.stringify(this.latest)}`,
        );
      }
      // not a promise made from it: that one would have no handler where the first sample fits
      await Promise.race([
        this.running,
        new Promise((resolve) => setTimeout(resolve, EVERY_MS / 4)),
      ]);
    }
    return this.latest;
  }

  /** The consumer's own counters. */
  consumer(): Promise<ConsumerInfo> {
    return this.streams.consumers.info(CONSUMER.stream, CONSUMER.durable);
  }

  private async follow(): Promise<void> {
    while (!this.stopped) {
      const next = this.latest.at + EVERY_MS;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - Date.now())));
      try {
        this.samples.push(await this.sample());
      } catch (error) {
        if (Date.now() - this.latest.at > GAP_SECONDS_AT_MOST * 1000) throw error;
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      }
    }
  }

  private async sample(): Promise<TimedSample> {
    const [deployment, pods, autoscalers, queue] = await Promise.all([
      this.cluster.get<V1Deployment>(DEPLOYMENT),
      this.cluster.list<V1Pod>(PODS),
      this.cluster.list<V2HorizontalPodAutoscaler>(AUTOSCALERS),
      this.consumer(),
    ]);
    return {
      at: Date.now(),
      pending: queue.num_pending,
      inFlight: queue.num_ack_pending,
      wanted: deployment?.spec?.replicas ?? 0,
      pods: pods.filter(({ metadata }) => metadata?.deletionTimestamp === undefined).length,
      ready: deployment?.status?.readyReplicas ?? 0,
      stuck: autoscalers
        .filter(({ spec }) => spec?.scaleTargetRef.name === WORKER.deployment)
        .flatMap(stuckReason),
    };
  }
}

/** An HPA of a workload at zero reports ScalingDisabled, which is KEDA's way and no fault. */
function stuckReason({ metadata, status }: V2HorizontalPodAutoscaler): string[] {
  const fault = status?.conditions?.find(
    ({ type, status: holds, reason }) =>
      type === 'ScalingActive' && holds === 'False' && reason !== 'ScalingDisabled',
  );
  return fault ? [`${metadata?.name}: ${fault.reason}`] : [];
}
