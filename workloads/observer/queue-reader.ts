import { type JetStreamManager, type NatsError, type StreamInfo } from 'nats';
import { type Logger } from '../process/logger';
import { type NatsLink } from '../process/nats-link';
import { sleep } from '../process/sleep';
import { type QueueState } from '../protocol/lab-state';
import { CONSUMER, DEAD_STREAM, MEMES_STREAM, RESPONSES_STREAM } from '../protocol/streams';
import { type StreamTotals } from './stream-totals';

/** Whose queue is read, and who hears of it. */
export interface QueueReaderOptions {
  readonly link: NatsLink;
  /** Whether workers run: then the queue is looked at as often as while requests wait. */
  readonly isBusy: () => boolean;
  readonly onChange: (state: QueueState) => void;
  readonly log: Logger;
}

// the JetStream API has no watch: a look is four small requests, and as rare as what they feed
const BUSY_MS = 1000;
const IDLE_MS = 2000;

/** Reads the consumer that the worker scales on, and tells what changed. */
export class QueueReader {
  private current: QueueState = { known: false, reason: 'not read yet' };
  private stored: StreamTotals = {};
  private readonly stopping = new AbortController();
  private running?: Promise<void>;

  constructor(private readonly options: QueueReaderOptions) {}

  /** As it was read last. */
  get state(): QueueState {
    return this.current;
  }

  /** What the streams have stored, as it was read last; nothing where the queue cannot be read. */
  get totals(): StreamTotals {
    return this.stored;
  }

  /** Begins to read. */
  start(): void {
    this.running ??= this.run();
  }

  /** Ends; a reading on its way is waited for. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.note(await this.read());
      const waits = this.current.known && this.current.pending + this.current.inFlight > 0;
      await sleep(waits || this.options.isBusy() ? BUSY_MS : IDLE_MS, signal);
    }
  }

  private async read(): Promise<QueueState> {
    const { link } = this.options;
    if (!link.isConnected) return { known: false, reason: 'NATS is not connected' };
    try {
      const manager = await link.connection.jetstreamManager({ checkAPI: false });
      const [consumer, stream, dead, responses] = await Promise.all([
        manager.consumers.info(CONSUMER.stream, CONSUMER.durable),
        manager.streams.info(MEMES_STREAM.name),
        infoOf(manager, DEAD_STREAM.name),
        infoOf(manager, RESPONSES_STREAM.name),
      ]);
      this.stored = {
        requests: stream.state.last_seq,
        ...(responses && { answers: responses.state.last_seq }),
      };
      return {
        known: true,
        pending: consumer.num_pending,
        inFlight: consumer.num_ack_pending,
        redelivered: consumer.num_redelivered,
        ...(dead && { deadLetters: dead.state.messages }),
        streamMessages: stream.state.messages,
      };
    } catch (error) {
      return { known: false, reason: (error as Error).message };
    }
  }

  private note(state: QueueState): void {
    const before = this.current;
    if (!state.known) this.stored = {};
    if (JSON.stringify(before) === JSON.stringify(state)) return;
    this.current = state;
    if (before.known && !state.known) {
      this.options.log.warn({ reason: state.reason }, 'the queue cannot be read');
    }
    this.options.onChange(state);
  }
}

async function infoOf(manager: JetStreamManager, stream: string): Promise<StreamInfo | undefined> {
  try {
    return await manager.streams.info(stream);
  } catch (error) {
    if ((error as NatsError).api_error?.code === 404) return undefined;
    throw error;
  }
}
