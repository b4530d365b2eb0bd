import { headers, type NatsConnection } from 'nats';
import { HEADERS, type DeadReason } from '../protocol/headers';
import { SUBJECTS } from '../protocol/subjects';
import { type WorkerMetrics } from './metrics';

/** A request that is given up. */
export interface DeadLetter {
  /** The body as it was sent. */
  readonly data: Uint8Array;
  /** Id under which the request was answered. */
  readonly requestId: string;
  readonly replyTo?: string;
  readonly reason: DeadReason;
  /** In words. */
  readonly error: string;
  readonly deliveries: number;
  /** Names the message, also after its stream was made anew. */
  readonly message: string;
  readonly sequence: number;
}

const LONGEST_ERROR = 1000;

/** Keeps requests that are given up, as they were sent, so that they can be sent again. */
export class DeadLetters {
  constructor(
    private readonly connection: NatsConnection,
    private readonly metrics: WorkerMetrics,
  ) {}

  /**
   * Keeps a request; a second time for the same message changes nothing.
   *
   * @throws NatsError where the stream does not confirm
   */
  async keep(letter: DeadLetter): Promise<void> {
    const own = headers();
    own.set(HEADERS.requestId, letter.requestId);
    own.set(HEADERS.reason, letter.reason);
    // a header is one line
    own.set(HEADERS.error, letter.error.replace(/[^\x20-\x7e]+/g, ' ').slice(0, LONGEST_ERROR));
    own.set(HEADERS.deliveries, `${letter.deliveries}`);
    own.set(HEADERS.sequence, `${letter.sequence}`);
    if (letter.replyTo !== undefined) own.set(HEADERS.replyTo, letter.replyTo);
    const kept = await this.connection
      .jetstream()
      .publish(SUBJECTS.dead, letter.data, { headers: own, msgID: letter.message, timeout: 3000 });
    if (!kept.duplicate) this.metrics.deadLetters.inc({ reason: letter.reason });
  }
}
