import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import {
  autoscalerStatusSchema,
  type Decision,
  type LabState,
  workloadStatusSchema,
} from '../protocol/lab-state';
import { NOT_ACTIVATED } from './autoscaler-state';

/** A registry that looks at its sources before it answers a scrape. */
class FreshRegistry extends Registry {
  private readonly sources: (() => Promise<void>)[] = [];
  /** Shared by scrapes at the same time: a counter that each of them takes over would be added up. */
  private refreshing?: Promise<unknown>;

  /** Adds a source; it must not fail, but say in its own metrics that it cannot be had. */
  addSource(refresh: () => Promise<void>): void {
    this.sources.push(refresh);
  }

  override async metrics(): Promise<string> {
    this.refreshing ??= Promise.all(this.sources.map((refresh) => refresh())).finally(() => {
      this.refreshing = undefined;
    });
    await this.refreshing;
    return super.metrics();
  }
}

/**
 * The lab's state as metrics. The servers' own are in `nats-metrics.ts` and `redis-metrics.ts`.
 *
 * | metric | labels |
 * | --- | --- |
 * | `lab_queue_known`, `lab_queue_pending`, `lab_queue_in_flight`, `lab_queue_redelivered`, `lab_queue_dead_letters` | |
 * | `lab_workload_replicas` | `namespace`, `workload`, `state` (wanted, ready) |
 * | `lab_workload_status` | `namespace`, `workload`, `status` (idle, ok, scaling, broken): 1 for the present one |
 * | `lab_workload_requests_cpu_cores`, `lab_workload_requests_memory_bytes` | `namespace`, `workload`: of one pod, as it is now |
 * | `lab_autoscaler_replicas` | `kind`, `namespace`, `autoscaler`, `target`, `state` (min, max, current, desired) |
 * | `lab_autoscaler_status` | `kind`, `namespace`, `autoscaler`, `target`, `status`: 1 for the present one |
 * | `lab_autoscaler_frozen` | `kind`, `namespace`, `autoscaler`, `target`: 1 where two select the same pods |
 * | `lab_autoscaler_not_activated` | `kind`, `namespace`, `autoscaler`, `target`: 1 where enough requests wait and KEDA does not scale |
 * | `lab_autoscaler_metric` | `kind`, `namespace`, `autoscaler`, `target`, `metric`, `state` (current, target) |
 * | `lab_vpa_recommendation_cpu_cores`, `lab_vpa_recommendation_memory_bytes` | `namespace`, `autoscaler`, `target`, `container`, `bound` (target, lower, upper) |
 * | `lab_decisions_total` | `by` (an autoscaler's kind, or other), `namespace`, `target`, `direction` (up, down); counted after 15 s, when no event corrects it any more |
 * | `lab_reversals_total` | `namespace`, `target`: changes of replicas against the one before |
 * | `lab_kubernetes_watching`, `lab_state_messages_total` | |
 */
export class ObserverMetrics {
  readonly registry = new FreshRegistry();

  /** Read by the check that the page is fed. */
  readonly messages = new Counter({
    name: 'lab_state_messages_total',
    help: 'State messages published',
    registers: [this.registry],
  });

  private readonly decisions = new Counter({
    name: 'lab_decisions_total',
    help: 'Changes of a workload, by who made them',
    labelNames: ['by', 'namespace', 'target', 'direction'],
    registers: [this.registry],
  });

  private readonly reversals = new Counter({
    name: 'lab_reversals_total',
    help: 'Changes of replicas in the other direction than the change before',
    labelNames: ['namespace', 'target'],
    registers: [this.registry],
  });

  private readonly watching = this.gauge('kubernetes_watching', 'Whether the API server is heard');
  private readonly queueKnown = this.gauge('queue_known', 'Whether the queue can be read');
  private readonly pending = this.gauge('queue_pending', 'Requests that no worker has taken');
  private readonly inFlight = this.gauge('queue_in_flight', 'Requests that a worker has taken');
  private readonly redelivered = this.gauge('queue_redelivered', 'Requests in flight again');
  private readonly deadLetters = this.gauge('queue_dead_letters', 'Requests given up');
  private readonly replicas = this.gauge(
    'workload_replicas',
    'Pods of a workload',
    'workload',
    'state',
  );
  private readonly status = this.gauge(
    'workload_status',
    'How a workload is',
    'workload',
    'status',
  );
  private readonly requestedCpu = this.gauge(
    'workload_requests_cpu_cores',
    'CPU that one pod of a workload asks for',
    'workload',
  );
  private readonly requestedMemory = this.gauge(
    'workload_requests_memory_bytes',
    'Memory that one pod of a workload asks for',
    'workload',
  );
  private readonly scalerReplicas = this.scaler('replicas', 'What an autoscaler wants', 'state');
  private readonly scalerStatus = this.scaler('status', 'How an autoscaler is', 'status');
  private readonly frozen = this.scaler('frozen', 'Whether another one selects the same pods');
  private readonly notActivated = this.scaler('not_activated', 'Whether it ignores what waits');
  private readonly scalerMetric = this.scaler('metric', 'What it looks at', 'metric', 'state');
  private readonly recommendedCpu = this.recommendation('cpu_cores');
  private readonly recommendedMemory = this.recommendation('memory_bytes');

  /** @param state the present state, asked for at each scrape */
  constructor(state: () => LabState) {
    collectDefaultMetrics({ register: this.registry });
    this.registry.addSource(() => Promise.resolve(this.show(state())));
  }

  /** Counts a decision. */
  decided(decision: Decision, before: Decision | undefined): void {
    const { autoscaler, namespace, target, from, to, quantity } = decision;
    const direction = from !== undefined && to < from ? 'down' : 'up';
    this.decisions.inc({
      by: autoscaler?.kind ?? 'other',
      namespace,
      target: target.name,
      direction,
    });
    if (quantity !== 'replicas' || from === undefined || before?.from === undefined) return;
    if (Math.sign(to - from) === -Math.sign(before.to - before.from)) {
      this.reversals.inc({ namespace, target: target.name });
    }
  }

  private show(state: LabState): void {
    this.watching.set(state.kubernetes.status === 'watching' ? 1 : 0);
    this.showQueue(state);
    this.showWorkloads(state);
    this.showAutoscalers(state);
  }

  private showQueue({ queue }: LabState): void {
    this.queueKnown.set(queue.known ? 1 : 0);
    const gauges = [this.pending, this.inFlight, this.redelivered, this.deadLetters];
    // an old number would look like a measured one
    if (!queue.known) return gauges.forEach((gauge) => gauge.remove());
    this.pending.set(queue.pending);
    this.inFlight.set(queue.inFlight);
    this.redelivered.set(queue.redelivered);
    if (queue.deadLetters === undefined) this.deadLetters.remove();
    else this.deadLetters.set(queue.deadLetters);
  }

  private showWorkloads({ workloads }: LabState): void {
    const gauges = [this.replicas, this.status, this.requestedCpu, this.requestedMemory];
    for (const gauge of gauges) gauge.reset();
    for (const { namespace, name, wanted, ready, status, requests, pods } of workloads) {
      const labels = { namespace, workload: name };
      this.replicas.set({ ...labels, state: 'wanted' }, wanted);
      this.replicas.set({ ...labels, state: 'ready' }, ready);
      for (const each of workloadStatusSchema.options) {
        this.status.set({ ...labels, status: each }, each === status ? 1 : 0);
      }
      const { cpuMillis, memoryBytes } = pods.at(-1)?.requests ?? requests;
      if (cpuMillis !== undefined) this.requestedCpu.set(labels, cpuMillis / 1000);
      if (memoryBytes !== undefined) this.requestedMemory.set(labels, memoryBytes);
    }
  }

  private showAutoscalers({ autoscalers }: LabState): void {
    const gauges = [this.scalerReplicas, this.scalerStatus, this.frozen, this.notActivated];
    for (const gauge of [...gauges, this.scalerMetric, this.recommendedCpu, this.recommendedMemory])
      gauge.reset();
    for (const scaler of autoscalers) {
      const { kind, namespace, name: autoscaler, status } = scaler;
      const target = scaler.target.name;
      const labels = { kind, namespace, autoscaler, target };
      for (const state of ['min', 'max', 'current', 'desired'] as const) {
        const value = scaler[state];
        if (value !== undefined) this.scalerReplicas.set({ ...labels, state }, value);
      }
      for (const each of autoscalerStatusSchema.options) {
        this.scalerStatus.set({ ...labels, status: each }, each === status ? 1 : 0);
      }
      this.frozen.set(labels, status === 'frozen' ? 1 : 0);
      this.notActivated.set(labels, scaler.reason === NOT_ACTIVATED ? 1 : 0);
      for (const { name: metric, current, target: aim } of scaler.metrics) {
        this.scalerMetric.set({ ...labels, metric, state: 'target' }, aim);
        if (current !== undefined)
          this.scalerMetric.set({ ...labels, metric, state: 'current' }, current);
      }
      for (const recommendation of scaler.recommendations ?? []) {
        for (const bound of ['target', 'lower', 'upper'] as const) {
          const { container, [bound]: values } = recommendation;
          const series = { namespace, autoscaler, target, container, bound };
          if (values.cpuMillis !== undefined) {
            this.recommendedCpu.set(series, values.cpuMillis / 1000);
          }
          if (values.memoryBytes !== undefined) {
            this.recommendedMemory.set(series, values.memoryBytes);
          }
        }
      }
    }
  }

  private gauge(name: string, help: string, ...labels: string[]): Gauge {
    const labelNames = labels.length > 0 ? ['namespace', ...labels] : [];
    return new Gauge({ name: `lab_${name}`, help, labelNames, registers: [this.registry] });
  }

  private scaler(name: string, help: string, ...labels: string[]): Gauge {
    return this.gauge(`autoscaler_${name}`, help, 'kind', 'autoscaler', 'target', ...labels);
  }

  private recommendation(unit: string): Gauge {
    const help = 'What a VerticalPodAutoscaler would give a container';
    const labels = ['autoscaler', 'target', 'container', 'bound'];
    return this.gauge(`vpa_recommendation_${unit}`, help, ...labels);
  }
}
