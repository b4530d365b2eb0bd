import { type KubeConfig, Watch, type V1Deployment } from '@kubernetes/client-node';

/** Replicas of a Deployment at one moment. */
export interface ReplicaSample {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What the autoscaler asked for. */
  readonly wanted: number;
  readonly ready: number;
}

/** Every change of a Deployment's replicas, from a watch, as it came. */
export class ReplicaTimeline {
  readonly samples: ReplicaSample[] = [];
  private closed = false;
  private request?: AbortController;

  constructor(
    private readonly kubeconfig: KubeConfig,
    private readonly namespace: string,
    private readonly name: string,
  ) {
    void this.follow();
  }

  /** The first sample from `since` on for which `holds`, waiting up to `timeoutSeconds` for it. */
  async first(
    holds: (sample: ReplicaSample) => boolean,
    since: number,
    timeoutSeconds: number,
  ): Promise<ReplicaSample> {
    const deadline = Date.now() + timeoutSeconds * 1000;
    for (;;) {
      const found = this.samples.find((sample) => sample.at >= since && holds(sample));
      if (found) return found;
      if (Date.now() > deadline)
        throw new Error(
          `not seen within ${timeoutSeconds} s; seen: ${this.samples
            .filter(({ at }) => at >= since)
            .map(
              ({ at, wanted, ready }) => `${((at - since) / 1000).toFixed(1)} s ${ready}/${wanted}`,
            )
            .join(', ')}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  get latest(): ReplicaSample | undefined {
    return this.samples.at(-1);
  }

  close(): void {
    this.closed = true;
    this.request?.abort();
  }

  /** A watch ends whenever the API server likes; the next one begins with the present state. */
  private async follow(): Promise<void> {
    while (!this.closed) {
      await new Promise<void>((resolve) => {
        new Watch(this.kubeconfig)
          .watch(
            `/apis/apps/v1/namespaces/${this.namespace}/deployments`,
            { fieldSelector: `metadata.name=${this.name}` },
            (_type, object: V1Deployment) => this.record(object),
            () => resolve(),
          )
          .then((request) => {
            this.request = request;
            if (this.closed) request.abort();
          }, resolve);
      });
      if (!this.closed) await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  private record({ spec, status }: V1Deployment): void {
    const sample = {
      at: Date.now(),
      wanted: spec?.replicas ?? 0,
      ready: status?.readyReplicas ?? 0,
    };
    const last = this.latest;
    if (last?.wanted !== sample.wanted || last.ready !== sample.ready) this.samples.push(sample);
  }
}
