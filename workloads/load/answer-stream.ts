import { type NatsConnection } from 'nats';
import { StreamFollower } from '../process/stream-follower';
import { HEADERS } from '../protocol/headers';
import { memeErrorSchema, memeResponseSchema } from '../protocol/response';
import { RESPONSES_STREAM } from '../protocol/streams';
import { SUBJECTS } from '../protocol/subjects';
import { noteError, notePicture, type RequestRecord } from './request-record';

/**
 * Follows the stream of answers and notes those that belong to a request of the run. What came while
 * the connection was away is delivered afterwards, so a missing answer is missing in the stream.
 */
export class AnswerStream {
  private constructor(
    private readonly messages: StreamFollower,
    /** Settles when the stream is followed no longer; rejects where an answer cannot be read. */
    readonly ended: Promise<void>,
  ) {}

  /**
   * Begins with the next answer.
   *
   * @param onAnswer called after each answer to one of the records
   * @throws Error where the stream is not there
   */
  static async follow(
    connection: NatsConnection,
    records: ReadonlyMap<string, RequestRecord>,
    onAnswer: () => void,
  ): Promise<AnswerStream> {
    const messages = await StreamFollower.open(connection, {
      stream: RESPONSES_STREAM.name,
      subjects: [SUBJECTS.response, SUBJECTS.error],
      start: { next: true },
      atOnce: 50,
    });
    return new AnswerStream(messages, note(messages, records, onAnswer));
  }

  /** Stops following. */
  close(): void {
    this.messages.stop();
  }
}

async function note(
  messages: StreamFollower,
  records: ReadonlyMap<string, RequestRecord>,
  onAnswer: () => void,
): Promise<void> {
  for await (const message of messages) {
    const record = records.get(message.headers?.get(HEADERS.requestId) ?? '');
    if (record === undefined) continue;
    if (message.subject === SUBJECTS.error) {
      noteError(record, Date.now(), memeErrorSchema.parse(message.json()).error);
    } else {
      notePicture(record, Date.now(), memeResponseSchema.parse(message.json()));
    }
    onAnswer();
  }
}
