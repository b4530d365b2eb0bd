import { type LabState, type WorkloadState } from '../../../protocol/lab-state';
import { FRONTEND, REDIS, WORKER } from '../../../protocol/names';

/** What the charts show of the lab at one moment; a value is absent where nobody knows it. */
export interface Sample {
  /** By this browser's clock, in milliseconds since 1970. */
  readonly time: number;
  /** Requests that no worker has taken. */
  readonly waiting?: number;
  /** Requests that a worker has taken and not yet settled. */
  readonly inWork?: number;
  readonly workersWanted?: number;
  readonly workersReady?: number;
  readonly pagesWanted?: number;
  readonly pagesReady?: number;
  /** CPU that the page's web servers use, in percent of what they ask for. */
  readonly pageCpuPercent?: number;
  /** CPU that Redis asks for, in thousandths of a core. */
  readonly redisCpuMillis?: number;
  /** Memory that Redis asks for, in MiB. */
  readonly redisMemoryMebibytes?: number;
}

/** A value of a {@link Sample}. */
export type SampleKey = Exclude<keyof Sample, 'time'>;

const MEBIBYTE = 2 ** 20;

/**
 * Takes from a state what the charts show. While the observer does not see the cluster, what it last
 * saw there is left out.
 *
 * @param time when the state came
 */
export function sampleOf(state: LabState, time: number): Sample {
  const { queue, kubernetes } = state;
  return {
    time,
    ...(queue.known && { waiting: queue.pending, inWork: queue.inFlight }),
    ...(kubernetes.status === 'watching' && clusterValues(state)),
  };
}

function clusterValues({ workloads, autoscalers }: LabState): Omit<Sample, 'time'> {
  const find = (namespace: string, name: string): WorkloadState | undefined =>
    workloads.find((each) => each.namespace === namespace && each.name === name);
  const worker = find(WORKER.namespace, WORKER.deployment);
  const page = find(FRONTEND.namespace, FRONTEND.deployment);
  const redis = find(REDIS.namespace, REDIS.statefulSet);
  const pageScaler = autoscalers.find(
    ({ kind, name }) => kind === 'HorizontalPodAutoscaler' && name === FRONTEND.autoscaler,
  );
  // what a VPA sets in place is on the pod, not on its template
  const requests = redis?.pods[0]?.requests ?? redis?.requests;
  const memory = requests?.memoryBytes;
  return {
    workersWanted: worker?.wanted,
    workersReady: worker?.ready,
    pagesWanted: page?.wanted,
    pagesReady: page?.ready,
    pageCpuPercent: pageScaler?.metrics.find(({ name }) => name === 'cpu')?.current,
    redisCpuMillis: requests?.cpuMillis,
    redisMemoryMebibytes: memory === undefined ? undefined : Math.round(memory / MEBIBYTE),
  };
}
