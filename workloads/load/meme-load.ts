import { type NatsConnection } from 'nats';
import { type LoadProfile } from '../protocol/load-profile';
import { SUBJECTS } from '../protocol/subjects';
import { AnswerStream } from './answer-stream';
import { type LoadCounts, type LoadJob, quantiles } from './load-job';
import { planRequests, type PlannedRequest } from './load-plan';
import { openLoop } from './open-loop';
import { isSettled, type RequestRecord } from './request-record';

/** What a load on the queue needs. */
export interface MemeLoadOptions {
  readonly profile: LoadProfile;
  /** Names the run in every request id. */
  readonly runId: string;
  readonly seed?: number;
  /** One for each client of the profile; the first one also hears the answers. */
  readonly connections: readonly [NatsConnection, ...NatsConnection[]];
  /** Longest wait for answers after the last request, in seconds. */
  readonly drainSeconds: number;
}

const ACK_TIMEOUT_MS = 10_000;

/** Requests for memes in an open loop, each followed from its publication to its answer. */
export class MemeLoad implements LoadJob {
  private readonly byId = new Map<string, RequestRecord>();
  private readonly acks = new Set<Promise<void>>();
  private settled = () => undefined as void;

  constructor(private readonly options: MemeLoadOptions) {}

  /** One for each request that was sent, in the order of sending. */
  get records(): readonly RequestRecord[] {
    return [...this.byId.values()];
  }

  async run(stop: AbortSignal, onSent: () => void): Promise<void> {
    const { connections } = this.options;
    const answers = await AnswerStream.follow(connections[0], this.byId, () => this.settled());
    try {
      await Promise.race([this.sendAndWait(stop, onSent), unreadable(answers)]);
    } finally {
      await answers.close();
    }
  }

  counts(): LoadCounts {
    const records = this.records;
    const times = records.flatMap(({ totalMs, error }) =>
      totalMs === undefined || error !== undefined ? [] : [totalMs],
    );
    return {
      sent: records.length,
      refused: records.filter(({ refused }) => refused !== undefined).length,
      answered: times.length,
      failed: records.filter(({ error }) => error !== undefined).length,
      cached: records.filter(({ cached }) => cached === true).length,
      duplicates: records.reduce((sum, { answers }) => sum + Math.max(0, answers - 1), 0),
      ...quantiles(times),
    };
  }

  private async sendAndWait(stop: AbortSignal, onSent: () => void): Promise<void> {
    const { profile, runId, seed, drainSeconds } = this.options;
    const plan = planRequests(profile, runId, seed);
    await openLoop(plan, (request, dueAt) => this.send(request, dueAt), stop);
    onSent();
    await Promise.all(this.acks);
    await this.whenSettled(drainSeconds);
  }

  private send({ id, prompt }: PlannedRequest, dueAt: number): void {
    const { connections } = this.options;
    const connection = connections[this.byId.size % connections.length]!;
    const record: RequestRecord = { id, dueAt, sentAt: Date.now(), answers: 0 };
    this.byId.set(id, record);
    const body = JSON.stringify({ id, prompt, fast_mode: true, small_image: true });
    const ack = connection
      .jetstream()
      .publish(SUBJECTS.request, body, { msgID: id, timeout: ACK_TIMEOUT_MS })
      .then(
        () => {
          record.ackMs = Date.now() - record.sentAt;
        },
        (error: Error) => {
          record.refused = error.message;
          this.settled();
        },
      )
      .finally(() => this.acks.delete(ack));
    this.acks.add(ack);
  }

  private async whenSettled(drainSeconds: number): Promise<void> {
    const open = () => this.records.filter((record) => !isSettled(record));
    await new Promise<void>((resolve, reject) => {
      const deadline = setTimeout(() => {
        const { length } = open();
        reject(new Error(`${length} requests have no answer ${drainSeconds} s after the last one`));
      }, drainSeconds * 1000);
      this.settled = () => {
        if (open().length > 0) return;
        clearTimeout(deadline);
        resolve();
      };
      this.settled();
    });
  }
}

/** Never settles unless an answer cannot be read. */
async function unreadable(answers: AnswerStream): Promise<never> {
  await answers.ended;
  return new Promise(() => undefined);
}
