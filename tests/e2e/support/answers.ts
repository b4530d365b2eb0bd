import { type NatsConnection } from 'nats';
import { StreamFollower } from '../../../workloads/process/stream-follower';
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

/** Collects every answer published from now on, also what came while the connection or its server was away. */
export class Answers {
  readonly arrivals: Arrival[] = [];
  private readonly collecting: Promise<void>;

  private constructor(private readonly follower: StreamFollower) {
    this.collecting = this.collectAll();
    // until it is closed, and then fails by it
    this.collecting.catch(() => undefined);
  }

  static async collect(connection: NatsConnection): Promise<Answers> {
    const { name: stream, subjects } = RESPONSES_STREAM;
    const options = { stream, subjects, start: { next: true }, atOnce: 100 } as const;
    return new Answers(await StreamFollower.open(connection, options));
  }

  /** The answers to these requests, in the order in which they came. */
  to(ids: readonly string[]): Arrival[] {
    const wanted = new Set(ids);
    return this.arrivals.filter(({ id }) => wanted.has(id));
  }

  /** When the last answer to these requests arrived. */
  lastArrival(ids: readonly string[]): number {
    return Math.max(...this.to(ids).map(({ at }) => at));
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

  /** @throws Error where an answer could not be read */
  async close(): Promise<void> {
    this.follower.stop();
    await this.collecting;
  }

  private async collectAll(): Promise<void> {
    for await (const message of this.follower) {
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
  }
}

/** Expects that each of these requests has one answer, and that it is a meme. */
export function expectMemeForEach(answers: Answers, ids: readonly string[]): void {
  const counts = answers.countById();
  expect(ids.filter((id) => counts.get(id) !== 1)).toEqual([]);
  expect(answers.to(ids).filter(({ error }) => error)).toEqual([]);
}
