import { type LoadProfile } from '../protocol/load-profile';
import { type LoadCounts, quantiles } from './load-job';
import { planRequests, type PlannedRequest } from './load-plan';
import { openLoop } from './open-loop';
import { isSettled, type RequestRecord } from './request-record';

/** Which requests are made, and how long they are waited for. */
export interface FollowedRequestsOptions {
  readonly profile: LoadProfile;
  /** Names the run in every request id. */
  readonly runId: string;
  readonly seed?: number;
  /** Longest wait for answers after the last request, in seconds. */
  readonly drainSeconds: number;
}

/** What is published for a planned request, whoever publishes it. */
export interface LoadRequestBody extends Pick<PlannedRequest, 'id' | 'prompt'> {
  readonly fast_mode: true;
  readonly small_image: true;
}

type Publish = (body: LoadRequestBody, index: number) => Promise<unknown>;

/** Longest wait for the stream's confirmation, in milliseconds. */
export const ACK_TIMEOUT_MS = 10_000;

/** The requests of a profile in an open loop, each followed from its publication to its answer. */
export class FollowedRequests {
  private readonly sent = new Map<string, RequestRecord>();
  private readonly acks = new Set<Promise<void>>();
  private settled = () => undefined as void;

  constructor(private readonly options: FollowedRequestsOptions) {}

  /** Each request that was sent, by its id and in the order of sending. */
  get byId(): ReadonlyMap<string, RequestRecord> {
    return this.sent;
  }

  /** One for each request that was sent, in the order of sending. */
  get records(): readonly RequestRecord[] {
    return [...this.sent.values()];
  }

  /**
   * Sends the requests that the profile makes, and waits until nothing more is to come for any.
   *
   * @param publish settles with the stream's confirmation; its rejection is a refused request
   * @param stop sends nothing more; what was sent is still waited for
   * @param onSent called when nothing more will be sent, unless the run has failed
   * @param unheard rejects where answers are heard no longer; otherwise it never settles
   * @throws Error where answers do not come in time or are heard no longer; nothing is sent or counted
   * after it
   */
  async run(
    publish: Publish,
    stop: AbortSignal,
    onSent: () => void,
    unheard: Promise<never>,
  ): Promise<void> {
    const over = new AbortController();
    try {
      await Promise.race([this.sendAndWait(publish, stop, onSent, over.signal), unheard]);
    } finally {
      over.abort();
    }
  }

  /** To be called after each answer that was noted in a record. */
  noted(): void {
    this.settled();
  }

  counts(): LoadCounts {
    const { records } = this;
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

  private async sendAndWait(
    publish: Publish,
    stop: AbortSignal,
    onSent: () => void,
    over: AbortSignal,
  ): Promise<void> {
    const { profile, runId, seed, drainSeconds } = this.options;
    const send = ({ id, prompt }: PlannedRequest, dueAt: number) => {
      const index = this.sent.size;
      const record: RequestRecord = { id, dueAt, sentAt: Date.now(), answers: 0 };
      this.sent.set(id, record);
      this.follow(record, publish({ id, prompt, fast_mode: true, small_image: true }, index), over);
    };
    await openLoop(planRequests(profile, runId, seed), send, AbortSignal.any([stop, over]));
    if (over.aborted) return;
    onSent();
    await Promise.all(this.acks);
    await this.whenSettled(drainSeconds, over);
  }

  private follow(record: RequestRecord, publication: Promise<unknown>, over: AbortSignal): void {
    const ack = publication
      .then(
        () => {
          record.ackMs = Date.now() - record.sentAt;
        },
        (error: Error) => {
          // what has its answer was taken, whatever became of the confirmation; and with a run that has
          // failed its connections are closed, which refuses nothing
          if (!isSettled(record) && !over.aborted) record.refused = error.message;
          this.settled();
        },
      )
      .finally(() => this.acks.delete(ack));
    this.acks.add(ack);
  }

  private async whenSettled(drainSeconds: number, over: AbortSignal): Promise<void> {
    if (over.aborted) return;
    const open = () => this.records.filter((record) => !isSettled(record));
    await new Promise<void>((resolve, reject) => {
      const deadline = setTimeout(() => {
        const { length } = open();
        reject(new Error(`${length} requests have no answer ${drainSeconds} s after the last one`));
      }, drainSeconds * 1000);
      const end = () => {
        clearTimeout(deadline);
        resolve();
      };
      over.addEventListener('abort', end, { once: true });
      this.settled = () => {
        if (open().length === 0) end();
      };
      this.settled();
    });
  }
}
