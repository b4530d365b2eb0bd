import {
  ConsumerEvents,
  DeliverPolicy,
  ErrorCode,
  Events,
  type ConsumerMessages,
  type JsMsg,
  NatsError,
  type NatsConnection,
  type OrderedConsumerOptions,
  type Status,
} from 'nats';
import { sleep } from './sleep';

/** Where to begin: at a sequence number, at a time, or with the next message that is stored. */
export type StartAt =
  { readonly sequence: number } | { readonly time: Date } | { readonly next: true };

/** What to follow. */
export interface StreamFollowerOptions {
  readonly stream: string;
  readonly subjects: readonly string[];
  readonly start: StartAt;
  /** Leaves the bodies out. */
  readonly headersOnly?: boolean;
  /** Messages that are asked for at once. */
  readonly atOnce: number;
}

const EXPIRES_MS = 10_000;
const HEARTBEAT_MS = 2000;
const BEGUN_WITHIN_MS = 8000;
const PAUSE_MS = 500;

/**
 * Follows the messages of a stream in their order, each once.
 *
 * In a cluster one server alone holds the position in the stream. Where that one is lost, the
 * library's ordered consumer waits for it to come back; this one goes on at another.
 */
export class StreamFollower implements AsyncIterable<JsMsg> {
  private readonly stopping = new AbortController();
  private messages?: ConsumerMessages;

  private constructor(
    private readonly connection: NatsConnection,
    private readonly options: StreamFollowerOptions,
    private start: { readonly sequence: number } | { readonly time: Date },
  ) {}

  /**
   * Begins to follow: what is stored from now on is not missed, whenever it is asked for.
   *
   * @throws Error where the next message is asked for and the stream is not there
   */
  static async open(
    connection: NatsConnection,
    options: StreamFollowerOptions,
  ): Promise<StreamFollower> {
    const { stream, start } = options;
    if (!('next' in start)) return new StreamFollower(connection, options, start);
    const manager = await connection.jetstreamManager({ checkAPI: false });
    const { state } = await manager.streams.info(stream);
    return new StreamFollower(connection, options, { sequence: state.last_seq + 1 });
  }

  /** Ends the messages, also for whoever waits for the next one. */
  stop(): void {
    this.stopping.abort();
    this.messages?.stop();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<JsMsg, void> {
    const { signal } = this.stopping;
    const watching = this.watchConnection();
    try {
      while (!signal.aborted && !this.connection.isClosed()) {
        const messages = await this.begin();
        if (messages === undefined) {
          await sleep(PAUSE_MS, signal);
          continue;
        }
        this.messages = messages;
        // stopped while the consumer was made
        if (signal.aborted) messages.stop();
        void stopWhenSilent(messages);
        for await (const message of messages) {
          this.start = { sequence: message.seq + 1 };
          yield message;
        }
      }
    } finally {
      watching.stop();
      this.stop();
    }
  }

  /**
   * @returns undefined where no server answers in time, or none leads yet
   * @throws Error where the stream is not there
   */
  private async begin(): Promise<ConsumerMessages | undefined> {
    const { stream, atOnce } = this.options;
    const given = new AbortController();
    const beginning = (async () => {
      const consumer = await this.connection.jetstream().consumers.get(stream, this.consumer());
      const limits = { max_messages: atOnce, expires: EXPIRES_MS, idle_heartbeat: HEARTBEAT_MS };
      return consumer.consume(limits);
    })();
    const late = sleep(BEGUN_WITHIN_MS, given.signal).then(() => undefined);
    try {
      const messages = await Promise.race([beginning, late]);
      if (messages === undefined) beginning.then((each) => each.stop()).catch(() => undefined);
      return messages;
    } catch (error) {
      if (isUnavailable(error)) return undefined;
      throw error;
    } finally {
      given.abort();
    }
  }

  private consumer(): Partial<OrderedConsumerOptions> {
    const { start } = this;
    return {
      filterSubjects: [...this.options.subjects],
      headers_only: this.options.headersOnly ?? false,
      ...('sequence' in start
        ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: start.sequence }
        : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: start.time.toISOString() }),
    };
  }

  /** The server that one is connected to now may not be able to ask the one that was lost. */
  private watchConnection(): { stop(): void } {
    // the library's type leaves out that it can be stopped
    const status = this.connection.status() as AsyncIterable<Status> & { stop(): void };
    void (async () => {
      for await (const { type } of status) if (type === Events.Reconnect) this.messages?.stop();
    })();
    return status;
  }
}

/** A server that was lost leaves questions unanswered, and the others without a leader, for a while. */
function isUnavailable(error: unknown): boolean {
  if (!(error instanceof NatsError)) return false;
  const codes: readonly string[] = [ErrorCode.Timeout, ErrorCode.NoResponders];
  return codes.includes(error.code) || error.api_error?.code === 503;
}

async function stopWhenSilent(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of await messages.status())
    if (type === ConsumerEvents.HeartbeatsMissed) messages.stop();
}
