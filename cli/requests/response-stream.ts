import { connect, type JetStreamManager, type JsMsg, type NatsConnection } from 'nats';
import { type StartAt, StreamFollower } from '../../workloads/process/stream-follower';
import { HEADERS } from '../../workloads/protocol/headers';
import { natsCredentials, natsServer } from '../../workloads/protocol/nats-credentials';
import { errorSubjectFor } from '../../workloads/protocol/subjects';
import { unreachable, UserError } from './user-error';

const FIND_TIMEOUT_MS = 10_000;

/**
 * Connects for a tool: one attempt, then an error of one sentence.
 *
 * @throws UserError if the server cannot be reached
 */
export async function connectTool(url: string, name: string): Promise<NatsConnection> {
  try {
    return await connect({
      ...natsServer(url, natsCredentials(process.env)),
      name,
      timeout: 5000,
      maxReconnectAttempts: -1,
      ignoreClusterUpdates: true,
    });
  } catch (error) {
    throw unreachable(url, error as Error);
  }
}

/** The stream that stores the answers, so none is lost before the tool subscribes. */
export class ResponseStream {
  private constructor(
    private readonly connection: NatsConnection,
    private readonly manager: JetStreamManager,
    private readonly name: string,
    private readonly subjects: readonly string[],
  ) {}

  /**
   * Finds the stream of a response subject.
   *
   * @param replyTo subject of private replies; if given, only these are read
   * @throws UserError if there is none
   */
  static async find(
    connection: NatsConnection,
    subject: string,
    replyTo?: string,
  ): Promise<ResponseStream> {
    const manager = await connection.jetstreamManager({ checkAPI: false });
    let name: string;
    try {
      name = await manager.streams.find(subject);
    } catch (error) {
      throw new UserError(
        `no stream captures the subject "${subject}" (${(error as Error).message}); ` +
          'bring the lab up with "npm run up", which creates it',
      );
    }
    const subjects = replyTo === undefined ? [subject, errorSubjectFor(subject)] : [replyTo];
    return new ResponseStream(connection, manager, name, subjects);
  }

  /** The sequence number that the next answer will get. */
  async nextSequence(): Promise<number> {
    const { state } = await this.manager.streams.info(this.name);
    return state.last_seq + 1;
  }

  /**
   * Follows the answers.
   *
   * @param headersOnly omits the pictures; {@link read} fetches single answers in full
   */
  follow(start: StartAt, headersOnly: boolean): Promise<StreamFollower> {
    const { name: stream, subjects } = this;
    const atOnce = headersOnly ? 500 : 20;
    return StreamFollower.open(this.connection, { stream, subjects, start, headersOnly, atOnce });
  }

  /**
   * Looks for an answer that is already in the stream.
   *
   * @returns its sequence number
   */
  async findAnswered(id: string): Promise<number | undefined> {
    const end = await this.nextSequence();
    if ((await this.count()) === 0) return undefined;
    const { state } = await this.manager.streams.info(this.name);
    const answers = await this.follow({ sequence: state.first_seq }, true);
    // the counted answers may have expired since
    const timer = setTimeout(() => answers.stop(), FIND_TIMEOUT_MS);
    try {
      for await (const answer of answers) {
        if (idOf(answer) === id) return answer.seq;
        if (answer.seq >= end - 1 || answer.info.pending === 0) return undefined;
      }
      return undefined;
    } finally {
      clearTimeout(timer);
      answers.stop();
    }
  }

  private async count(): Promise<number> {
    const counts = await Promise.all(
      this.subjects.map(async (subject) => {
        const { state } = await this.manager.streams.info(this.name, { subjects_filter: subject });
        return Object.values(state.subjects ?? {});
      }),
    );
    return counts.flat().reduce((sum, count) => sum + count, 0);
  }

  /** The whole answer at a sequence number, as text. */
  async read(sequence: number): Promise<string> {
    const message = await this.manager.streams.getMessage(this.name, { seq: sequence });
    return message.string();
  }
}

/** The request id of an answer, from its headers. */
export function idOf(answer: JsMsg): string | undefined {
  return answer.headers?.get(HEADERS.requestId) || answer.headers?.get('Nats-Msg-Id') || undefined;
}
