import { type NatsConnection } from 'nats';
import { SUBJECTS } from '../protocol/subjects';
import { AnswerStream } from './answer-stream';
import {
  ACK_TIMEOUT_MS,
  FollowedRequests,
  type FollowedRequestsOptions,
  type LoadRequestBody,
} from './followed-requests';
import { type LoadCounts, type LoadJob } from './load-job';
import { publishRefusal } from '../process/publish-refusal';

/** What a load on the queue needs. */
export interface MemeLoadOptions extends FollowedRequestsOptions {
  /** One for each client of the profile; the first one also hears the answers. */
  readonly connections: readonly [NatsConnection, ...NatsConnection[]];
}

/** Requests for memes from clients of NATS, each followed to its answer in the stream. */
export class MemeLoad implements LoadJob {
  readonly requests: FollowedRequests;

  constructor(private readonly options: MemeLoadOptions) {
    this.requests = new FollowedRequests(options);
  }

  async run(stop: AbortSignal, onSent: () => void): Promise<void> {
    const { requests } = this;
    const [first] = this.options.connections;
    const answers = await AnswerStream.follow(first, requests.byId, () => requests.noted());
    try {
      const publish = (body: LoadRequestBody, index: number) => this.publish(body, index);
      await requests.run(publish, stop, onSent, unreadable(answers));
    } finally {
      answers.close();
    }
  }

  counts(): LoadCounts {
    return this.requests.counts();
  }

  private async publish(body: LoadRequestBody, index: number): Promise<void> {
    const { connections } = this.options;
    const connection = connections[index % connections.length]!;
    const options = { msgID: body.id, timeout: ACK_TIMEOUT_MS };
    try {
      await connection.jetstream().publish(SUBJECTS.request, JSON.stringify(body), options);
    } catch (cause) {
      throw new Error(publishRefusal(cause as Error, SUBJECTS.request), { cause });
    }
  }
}

/** Never settles unless an answer cannot be read. */
async function unreadable(answers: AnswerStream): Promise<never> {
  await answers.ended;
  return new Promise(() => undefined);
}
