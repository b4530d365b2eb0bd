import { memeErrorSchema, memeResponseSchema } from '../protocol/response';
import { BrowserClient } from './browser-client';
import {
  FollowedRequests,
  type FollowedRequestsOptions,
  type LoadRequestBody,
} from './followed-requests';
import { type LoadCounts, type LoadJob } from './load-job';
import { isSettled, noteError, notePicture } from './request-record';

/** What a load of browser sessions needs. */
export interface WebSocketLoadOptions extends FollowedRequestsOptions {
  /** Address of the page, for example `http://127.0.0.1:8080`. */
  readonly url: string;
}

/**
 * Requests for memes from browser sessions, one for each client of the profile, each request followed
 * to the answer at its own inbox. The page asks again for what it missed while it was away; here that
 * is a failure, so that the counts show it.
 */
export class WebSocketLoad implements LoadJob {
  readonly requests: FollowedRequests;
  /** Requests that ended with their session's connection. */
  private readonly lost = new Set<string>();

  private constructor(
    options: FollowedRequestsOptions,
    private readonly clients: readonly BrowserClient[],
  ) {
    this.requests = new FollowedRequests(options);
  }

  /**
   * Opens the sessions.
   *
   * @throws Error where the page cannot be reached, or NATS behind it lets no session in
   */
  static async open(options: WebSocketLoadOptions): Promise<WebSocketLoad> {
    const clients: BrowserClient[] = [];
    const load = new WebSocketLoad(options, clients);
    try {
      for (let next = 0; next < options.profile.clients; next++) {
        clients.push(await BrowserClient.open(options.url));
      }
    } catch (error) {
      await load.close();
      throw error;
    }
    return load;
  }

  async run(stop: AbortSignal, onSent: () => void): Promise<void> {
    const { clients } = this;
    const sentBy = clients.map((): string[] => []);
    const broken = clients.map((client, index) =>
      client.follow({
        onAnswer: (id, body) => this.onAnswer(id, body),
        onLoss: () => this.onLoss(sentBy[index]!),
      }),
    );
    const publish = (body: LoadRequestBody, index: number) => {
      const turn = index % clients.length;
      sentBy[turn]!.push(body.id);
      return clients[turn]!.publish(body);
    };
    await this.requests.run(publish, stop, onSent, firstFault(broken));
  }

  counts(): LoadCounts {
    return this.requests.counts();
  }

  /** Ends the sessions. */
  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
  }

  private onAnswer(id: string, body: unknown): void {
    const record = this.requests.byId.get(id);
    if (record === undefined || this.lost.has(id)) return;
    const failure = memeErrorSchema.safeParse(body);
    if (failure.success) noteError(record, Date.now(), failure.data.error);
    else notePicture(record, Date.now(), memeResponseSchema.parse(body));
    this.requests.noted();
  }

  private onLoss(ids: readonly string[]): void {
    for (const id of ids) {
      const record = this.requests.byId.get(id);
      if (record === undefined || isSettled(record)) continue;
      this.lost.add(id);
      noteError(record, Date.now(), 'the session lost its connection before the answer came');
    }
    this.requests.noted();
  }
}

/** Never settles unless one of them fails. */
async function firstFault(followed: readonly Promise<void>[]): Promise<never> {
  await Promise.all(followed);
  return new Promise(() => undefined);
}
