import { KubeConfig } from '@kubernetes/client-node';
import { HealthServer } from '../process/health-server';
import { type Logger } from '../process/logger';
import { NatsLink } from '../process/nats-link';
import { type Decision, type LabState } from '../protocol/lab-state';
import { NATS } from '../protocol/names';
import { buildState } from './build-state';
import { ClusterWatch } from './cluster-watch';
import { type ObserverConfig } from './config';
import { DecisionWatch } from './decision-watch';
import { ObserverMetrics } from './metrics';
import { MonitorCheck } from './monitor-check';
import { NatsMetrics } from './nats-metrics';
import { QueueReader } from './queue-reader';
import { RedisMetrics } from './redis-metrics';
import { StatePublisher } from './state-publisher';
import { StreamTotalsMetrics } from './stream-totals';
import { Timeline } from './timeline';

const CLOSING_MS = 1000;

/** The running observer: starts in the order of its parts and stops in the reverse. */
export class Observer {
  private readonly startedAt = Date.now();
  private readonly metrics = new ObserverMetrics(() => this.state([]));
  private readonly redisMetrics: RedisMetrics;
  private readonly health: HealthServer;
  private readonly timeline = new Timeline((decision, before) => this.count(decision, before));
  private readonly cluster: ClusterWatch;
  private readonly decisions: DecisionWatch;
  private readonly monitor: MonitorCheck;
  private nats?: NatsLink;
  private queue?: QueueReader;
  private publisher?: StatePublisher;
  private sequence = 0;
  private closing?: Promise<void>;

  constructor(
    config: ObserverConfig,
    private readonly log: Logger,
  ) {
    const { registry } = this.metrics;
    const natsMetrics = new NatsMetrics(registry, config.natsMonitorUrl);
    this.redisMetrics = new RedisMetrics(registry, config.redisUrl, config.redisPassword);
    registry.addSource(() => Promise.resolve(this.timeline.settle(Date.now())));
    const totals = new StreamTotalsMetrics(registry, () => this.queue?.totals ?? {});
    registry.addSource(() => Promise.resolve(totals.refresh()));
    registry.addSource(() => natsMetrics.refresh());
    registry.addSource(() => this.redisMetrics.refresh());
    this.health = new HealthServer({
      address: config.metricsAddress,
      registry,
      notReadyReason: () => this.notReadyReason,
    });
    const kubeconfig = new KubeConfig();
    kubeconfig.loadFromDefault();
    this.cluster = new ClusterWatch({
      kubeconfig,
      namespaces: config.namespaces,
      onChange: (kind, before, now) => {
        this.decisions.note(kind, before, now);
        this.noteChange();
      },
      onConnection: () => this.noteChange(),
      log,
    });
    this.decisions = new DecisionWatch({
      objects: (kind) => this.cluster.objects(kind),
      queue: () => this.queueState,
      timeline: this.timeline,
      startedAt: this.startedAt,
    });
    const onChange = () => this.noteChange();
    this.monitor = new MonitorCheck({ url: config.natsMonitorUrl, onChange, log });
    this.url = config.natsUrl;
  }

  private readonly url: string;

  /**
   * Starts, and returns once the state is published. Waits for NATS for as long as it takes, and for
   * the API server not at all: a state that says that it is away is worth something too.
   *
   * @throws Error where the listen address cannot be used or NATS refuses the client
   */
  async start(): Promise<void> {
    const { log } = this;
    const port = await this.health.listen();
    log.info({ port }, 'observer starts');
    this.redisMetrics.start();
    this.monitor.start();
    const watching = this.cluster.start().then(() => this.decisions.replayEvents());
    const [link] = await Promise.all([
      NatsLink.open({ url: this.url, name: 'observer', log }),
      watching,
    ]);
    this.nats = link;
    if (this.closing) return;
    this.queue = new QueueReader({
      link,
      isBusy: () => this.podsRun,
      onChange: (state) => {
        this.decisions.noteQueue(state);
        this.noteChange();
      },
      log,
    });
    this.publisher = new StatePublisher({
      link,
      snapshot: () => this.state(this.timeline.all(Date.now())),
      update: () => this.state(this.timeline.takeNew()),
      onPublished: () => this.metrics.messages.inc(),
      log,
    });
    this.queue.start();
    this.publisher.start();
    log.info({ seconds: process.uptime() }, 'observer is ready');
  }

  /** Resolves when the connection to NATS is closed for good, with the reason. */
  async natsClosed(): Promise<Error | undefined> {
    return (await this.nats?.connection.closed()) ?? undefined;
  }

  /** Stops: nothing is watched or published any more, clients are closed. */
  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private get notReadyReason(): string | undefined {
    if (this.closing) return 'stopping';
    return this.publisher ? undefined : `${NATS.service} is not connected`;
  }

  private get queueState() {
    return this.queue?.state ?? ({ known: false, reason: 'NATS is not connected' } as const);
  }

  private get podsRun(): boolean {
    const workloads = this.cluster.objects('Deployment');
    const scaled = new Set(
      this.cluster.objects('ScaledObject').map(({ spec }) => spec?.scaleTargetRef?.name),
    );
    return workloads.some(
      ({ metadata, spec }) => scaled.has(metadata.name) && (spec?.replicas ?? 0) > 0,
    );
  }

  private state(decisions: readonly Decision[]): LabState {
    return buildState({
      now: Date.now(),
      startedAt: this.startedAt,
      sequence: this.sequence,
      kubernetes: this.cluster.state,
      queue: this.queueState,
      monitorFault: this.monitor.fault,
      objects: (kind) => this.cluster.objects(kind),
      decisions,
    });
  }

  // what was decided before the start was counted by the observer before this one
  private count(decision: Decision, before: Decision | undefined): void {
    if (decision.time >= this.startedAt) this.metrics.decided(decision, before);
  }

  private noteChange(): void {
    this.sequence += 1;
    this.publisher?.noteChange();
  }

  private async shutDown(): Promise<void> {
    this.log.info('observer stops');
    await this.publisher?.stop();
    await Promise.all([this.queue?.stop(), this.monitor.stop()]);
    await this.cluster.stop();
    this.redisMetrics.close();
    if (this.nats && !this.nats.connection.isClosed()) await this.nats.close(CLOSING_MS);
    await this.health.close();
    this.log.info('observer stopped');
  }
}
