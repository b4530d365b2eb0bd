import { type NatsError } from 'nats';
import { Gauge, Registry } from 'prom-client';
import { HealthServer } from '../process/health-server';
import { type ListenAddress } from '../process/listen-address';
import { type Logger } from '../process/logger';
import { NatsLink } from '../process/nats-link';
import { type Service } from '../process/run-service';
import { sleep } from '../process/sleep';
import { type EnsureStep, ensureSteps, type EnsureTarget } from './ensure-steps';
import { ConflictError, STREAM_NOT_FOUND } from './ensure-stream';

/** What to reconcile, and how often. */
export interface StreamReconcilerOptions extends EnsureTarget {
  readonly natsUrl: string;
  readonly metricsAddress: ListenAddress;
  readonly intervalSeconds: number;
}

const CLOSING_MS = 1000;
const NO_STREAM = 'stream not found';
const NOT_COMPARED = 'the streams have not been compared yet';
const NOT_CONNECTED = 'nats is not connected';

/**
 * Reconciles the streams, the bucket and the consumer: compares them with the desired state every few
 * seconds and repairs what differs. It is ready only while nothing differs, and never gives up: once a
 * person has removed what is in its way, it goes on by itself.
 */
export class StreamReconciler implements Service {
  private readonly health: HealthServer;
  private readonly stopped = new AbortController();
  private nats?: NatsLink;
  private reconciling: Promise<void> = Promise.resolve();
  private trouble: string | undefined = NOT_COMPARED;
  private closing?: Promise<void>;

  constructor(
    private readonly options: StreamReconcilerOptions,
    private readonly log: Logger,
  ) {
    const registry = new Registry();
    // the alert "StreamsOutOfSync" reads it
    const inSync: Gauge = new Gauge({
      name: 'meme_generator_streams_in_sync',
      help: '1 while the streams, the bucket and the consumer match the desired state, else 0; absent before they were compared',
      registers: [registry],
      collect: () => {
        const reason = this.notReadyReason();
        if (reason === NOT_CONNECTED || reason === NOT_COMPARED) inSync.remove();
        else inSync.set(reason === undefined ? 1 : 0);
      },
    });
    this.health = new HealthServer({
      address: options.metricsAddress,
      registry,
      notReadyReason: () => this.notReadyReason(),
    });
  }

  /**
   * Starts, and returns once it reconciles. Waits for NATS for as long as it takes.
   *
   * @throws Error where the listen address cannot be used or NATS refuses the client
   */
  async start(): Promise<void> {
    const { options, log } = this;
    await this.health.listen();
    this.nats = await NatsLink.open({ url: options.natsUrl, name: 'bootstrap', log });
    if (this.closing) return;
    this.nats.onDisconnect(() => (this.trouble = NOT_COMPARED));
    this.reconciling = this.reconcileUntilStopped(this.nats);
  }

  /** Resolves when the connection is closed for good, with the reason where there is one. */
  async natsClosed(): Promise<Error | undefined> {
    return (await this.nats?.connection.closed()) ?? undefined;
  }

  /** Stops; what it has begun may stay half done, as the next start compares again. */
  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    this.stopped.abort();
    await this.nats?.close(CLOSING_MS);
    await this.reconciling;
    await this.health.close();
  }

  private notReadyReason(): string | undefined {
    return this.nats?.isConnected ? this.trouble : NOT_CONNECTED;
  }

  private async reconcileUntilStopped(nats: NatsLink): Promise<void> {
    const { signal } = this.stopped;
    let told: string | undefined = NOT_COMPARED;
    while (!signal.aborted) {
      await nats.whenConnected(signal);
      const trouble = await this.reconcile(nats);
      // a connection that went meanwhile is told of already
      if (!signal.aborted && nats.isConnected) {
        this.trouble = trouble;
        if (trouble !== told) {
          if (trouble === undefined)
            this.log.info('streams, bucket and consumer match the desired state');
          else this.log.error(`${trouble}; trying again until it works`);
        }
        told = trouble;
      }
      await sleep(this.options.intervalSeconds * 1000, signal);
    }
  }

  /** @returns what could not be repaired */
  private async reconcile({ connection }: NatsLink): Promise<string | undefined> {
    const troubles: string[] = [];
    let deleted: string | undefined;
    try {
      for (const step of await ensureSteps(connection, this.options)) {
        const trouble = await this.ensure(step);
        // its stream is in trouble too, or was deleted after it was compared
        if (trouble === NO_STREAM)
          deleted = `the stream of ${step.kind} "${step.name}" was deleted`;
        // one that cannot be repaired must not stop the others
        else if (trouble !== undefined) troubles.push(trouble);
      }
    } catch (error) {
      troubles.push(`jetstream does not answer: ${(error as Error).message}`);
    }
    return troubles.length === 0 ? deleted : troubles.join('; ');
  }

  /**
   * @returns why the server refuses it
   * @throws Error where the server does not answer
   */
  private async ensure({ kind, name, run }: EnsureStep): Promise<string | undefined> {
    try {
      const result = await run();
      if (result !== 'absent' && result !== 'unchanged')
        this.log.info({ [kind]: name, result }, kind);
      return undefined;
    } catch (error) {
      if (error instanceof ConflictError) return error.message;
      const refusal = (error as NatsError).api_error;
      if (refusal === undefined) throw error;
      return refusal.err_code === STREAM_NOT_FOUND
        ? NO_STREAM
        : `${kind} "${name}" is refused: ${refusal.description}`;
    }
  }
}
