import { headers, type MsgHdrs } from 'nats';
import { answerBody, type EncodedPicture } from './answer-body';
import { HEADERS } from '../protocol/headers';
import { type MemeError, type MemeResponse, type MemeStarted } from '../protocol/response';
import { errorSubjectFor, REPLY_PREFIX, startedSubjectFor } from '../protocol/subjects';
import { backoffMs } from '../process/backoff';
import { type Logger } from '../process/logger';
import { type NatsLink } from '../process/nats-link';
import { NoRespondersError } from '../process/request-mux';
import { type RequestNames } from './request-names';
import { sleep } from '../process/sleep';

/** An answer could not be published; the request must be delivered again. */
export class PublishError extends Error {}

/** Someone else has answered the request meanwhile, or works on it: this answer must not go out. */
export class ClaimLostError extends Error {}

/** Where the answers go. */
export interface ResponderOptions {
  readonly link: NatsLink;
  readonly responseSubject: string;
  readonly log: Logger;
}

/** Whether the answer is in the stream now, or was there before. */
export type PublishResult = 'published' | 'duplicate';

/** What a stream answers to a message. */
interface PublishConfirmation {
  readonly duplicate?: boolean;
  readonly error?: { readonly description: string };
}

const CONFIRMED_WITHIN_MS = 3000;
const GIVE_UP_AFTER_MS = 30_000;
const BACKOFF = { firstMs: 100, maxMs: 2000 };
const PRIVATE_FAILURE = 'failed; the reason went to the reply subject of the request';

/**
 * Publishes answers into JetStream and waits for the stream to confirm them. The request id is the
 * message id, so that an answer that is published twice is kept once.
 */
export class Responder {
  constructor(private readonly options: ResponderOptions) {}

  /** Largest answer that the server takes, in bytes, with room for the headers. */
  get maxBytes(): number {
    return (this.options.link.connection.info?.max_payload ?? 1024 * 1024) - 1024;
  }

  /** Resolves once answers can be published, or once the signal aborts. */
  whenConnected(abort: AbortSignal): Promise<void> {
    return this.options.link.whenConnected(abort);
  }

  /** Tells who waits at an inbox that the work begins; nothing depends on it, so nothing is awaited. */
  sayStarted({ replyTo }: RequestNames, started: MemeStarted): void {
    const { connection } = this.options.link;
    const isInbox = replyTo !== undefined && !replyTo.startsWith(REPLY_PREFIX);
    if (!isInbox || connection.isClosed()) return;
    connection.publish(startedSubjectFor(replyTo), JSON.stringify(started));
  }

  /**
   * Publishes a finished meme: to everyone, or to the reply subject with an announcement without
   * picture and prompt to everyone.
   *
   * @throws PublishError where the stream does not confirm it in time, or the signal aborts
   */
  async publishMeme(
    names: RequestNames,
    response: MemeResponse,
    picture: EncodedPicture,
    abort: AbortSignal,
  ): Promise<PublishResult> {
    const { responseSubject } = this.options;
    const body = answerBody(response, picture);
    if (names.replyTo === undefined) return this.publish(responseSubject, names, body, abort);
    const announcement = { ...response, prompt: '', private: true };
    return this.answerPrivately(names, responseSubject, body, announcement, abort);
  }

  /**
   * Publishes a failure, in the same way as a meme.
   *
   * @throws PublishError where the stream does not confirm it in time, or the signal aborts
   */
  async publishError(
    names: RequestNames,
    failure: MemeError,
    abort: AbortSignal,
  ): Promise<PublishResult> {
    const subject = errorSubjectFor(this.options.responseSubject);
    const body = JSON.stringify(failure);
    if (names.replyTo === undefined) return this.publish(subject, names, body, abort);
    const announcement = { ...failure, error: PRIVATE_FAILURE, private: true };
    return this.answerPrivately(names, subject, body, announcement, abort);
  }

  /** An inbox drops no duplicates: it is answered only once the announcement is in its stream. */
  private async answerPrivately(
    names: RequestNames,
    subject: string,
    body: Buffer | string,
    announcement: object,
    abort: AbortSignal,
  ): Promise<PublishResult> {
    const announce = () => this.publish(subject, names, JSON.stringify(announcement), abort);
    if (names.replyTo!.startsWith(REPLY_PREFIX)) {
      await this.reply(names, body, abort);
      return announce();
    }
    const result = await announce();
    await this.reply(names, body, abort);
    return result;
  }

  private async reply(
    names: RequestNames,
    body: Buffer | string,
    abort: AbortSignal,
  ): Promise<void> {
    const subject = names.replyTo!;
    if (subject.startsWith(REPLY_PREFIX)) {
      const own = { ...names, key: `${names.key} reply` };
      await this.publish(subject, own, body, abort);
      return;
    }
    // an inbox is listened to now or never: the server has the message, more cannot be known
    await this.untilDone(names.id, subject, abort, async () => {
      const { connection } = this.options.link;
      connection.publish(subject, body, { headers: headersOf(names) });
      await withTimeout(connection.flush(), CONFIRMED_WITHIN_MS);
    });
  }

  private async publish(
    subject: string,
    names: RequestNames,
    body: Buffer | string,
    abort: AbortSignal,
  ): Promise<PublishResult> {
    const own = headersOf(names);
    own.set(HEADERS.messageId, names.key);
    return this.untilDone(names.id, subject, abort, async () => {
      const { requests } = this.options.link;
      const answer = await requests.request(subject, body, CONFIRMED_WITHIN_MS, own);
      const confirmation = answer.json<PublishConfirmation>();
      if (confirmation.error) throw new Error(confirmation.error.description);
      return confirmation.duplicate ? 'duplicate' : 'published';
    });
  }

  private async untilDone<T>(
    id: string,
    subject: string,
    abort: AbortSignal,
    attemptOnce: () => Promise<T>,
  ): Promise<T> {
    const { link, log } = this.options;
    const deadline = performance.now() + GIVE_UP_AFTER_MS;
    for (let attempt = 1; ; attempt++) {
      await link.whenConnected(abort);
      try {
        return await attemptOnce();
      } catch (error) {
        const reason = explain(error as Error, subject);
        if (abort.aborted || performance.now() > deadline || link.connection.isClosed()) {
          throw new PublishError(`answer not published: ${reason}`, { cause: error });
        }
        if (attempt === 1) log.warn({ id, reason }, 'answer not published yet');
        await sleep(backoffMs(attempt, BACKOFF), abort);
      }
    }
  }
}

function headersOf({ id, traceparent }: RequestNames): MsgHdrs {
  const own = headers();
  own.set(HEADERS.requestId, id);
  if (traceparent !== undefined) own.set(HEADERS.traceparent, traceparent);
  return own;
}

async function withTimeout(work: Promise<unknown>, ms: number): Promise<void> {
  const over = new AbortController();
  const timeout = sleep(ms, over.signal).then(() => {
    if (!over.signal.aborted) throw new Error(`no answer from the server within ${ms} ms`);
  });
  try {
    await Promise.race([work, timeout]);
  } finally {
    over.abort();
  }
}

function explain(error: Error, subject: string): string {
  if (error instanceof NoRespondersError) {
    return `no stream takes subject "${subject}"; bootstrap creates it while it runs`;
  }
  return error.message;
}
