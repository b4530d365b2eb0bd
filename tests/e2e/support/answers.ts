import { DeliverPolicy, type JetStreamClient, type NatsConnection } from 'nats';
import { memeResponseSchema, type MemeResponse } from '../../../workloads/protocol/response';
import { RESPONSES_STREAM } from '../../../workloads/protocol/streams';
import { SUBJECTS } from '../../../workloads/protocol/subjects';

/** One answer with the moment it arrived here. */
export interface Arrival {
  readonly at: number;
  readonly subject: string;
  readonly id: string;
  /** Absent for a failure. */
  readonly response?: MemeResponse;
  /** Absent for a meme. */
  readonly error?: string;
}

/** Collects every answer published from now on; what came while the connection was away is delivered again. */
export class Answers {
  readonly arrivals: Arrival[] = [];
  private stop?: () => Promise<unknown>;

  static async collect(connection: NatsConnection): Promise<Answers> {
    const answers = new Answers();
    await answers.start(connection.jetstream());
    return answers;
  }

  /** Answers by request id: more than one for an id is a duplicate. */
  countById(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { id } of this.arrivals) counts.set(id, (counts.get(id) ?? 0) + 1);
    return counts;
  }

  /** Waits until each id has an answer. */
  async forAll(ids: readonly string[], timeoutSeconds: number): Promise<void> {
    const deadline = Date.now() + timeoutSeconds * 1000;
    for (;;) {
      const counts = this.countById();
      const missing = ids.filter((id) => !counts.has(id));
      if (missing.length === 0) return;
      if (Date.now() > deadline)
        throw new Error(
          `${missing.length} of ${ids.length} requests have no answer after ${timeoutSeconds} s, for example ${missing.slice(0, 3).join(', ')}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async close(): Promise<void> {
    await this.stop?.();
  }

  private async start(client: JetStreamClient): Promise<void> {
    const consumer = await client.consumers.get(RESPONSES_STREAM.name, {
      deliver_policy: DeliverPolicy.New,
    });
    // an ordered consumer is made with its first pull; asking for its state makes it now
    await consumer.info();
    const messages = await consumer.consume({ max_messages: 100 });
    this.stop = () => messages.close();
    void (async () => {
      for await (const message of messages) {
        const body: unknown = message.json();
        const at = Date.now();
        if (message.subject === SUBJECTS.response) {
          const response = memeResponseSchema.parse(body);
          this.arrivals.push({ at, subject: message.subject, id: response.request_id, response });
        } else {
          const { request_id: id, error } = body as { request_id: string; error: string };
          this.arrivals.push({ at, subject: message.subject, id, error });
        }
      }
    })();
  }
}
