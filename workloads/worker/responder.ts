import { ErrorCode, type NatsError } from 'nats';
import { type MemeError, type MemeResponse } from '../protocol/response';
import { errorSubjectFor } from '../protocol/subjects';
import { backoffMs } from './backoff';
import { type Logger } from './logger';
import { type NatsLink } from './nats-link';
import { sleep } from './sleep';

/** An answer could not be published; the request must be delivered again. */
export class PublishError extends Error {}

/** Where the answers go. */
export interface ResponderOptions {
  readonly link: NatsLink;
  readonly responseSubject: string;
  readonly log: Logger;
}

/** Whether the answer is in the stream now, or was there before. */
export type PublishResult = 'published' | 'duplicate';

const GIVE_UP_AFTER_MS = 30_000;
const BACKOFF = { firstMs: 100, maxMs: 2000 };

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

  /**
   * Publishes a finished meme.
   *
   * @throws PublishError where the stream does not confirm it in time, or the signal aborts
   */
  async publishMeme(response: MemeResponse, abort: AbortSignal): Promise<PublishResult> {
    return this.publish(this.options.responseSubject, response, abort);
  }

  /**
   * Publishes a failure.
   *
   * @throws PublishError where the stream does not confirm it in time, or the signal aborts
   */
  async publishError(failure: MemeError, abort: AbortSignal): Promise<PublishResult> {
    return this.publish(errorSubjectFor(this.options.responseSubject), failure, abort);
  }

  private async publish(
    subject: string,
    body: MemeResponse | MemeError,
    abort: AbortSignal,
  ): Promise<PublishResult> {
    const { link, log } = this.options;
    const payload = JSON.stringify(body);
    const deadline = Date.now() + GIVE_UP_AFTER_MS;
    for (let attempt = 1; ; attempt++) {
      await link.whenConnected(abort);
      try {
        const options = { msgID: body.request_id, timeout: 3000 };
        const confirmation = await link.connection.jetstream().publish(subject, payload, options);
        return confirmation.duplicate ? 'duplicate' : 'published';
      } catch (error) {
        const reason = explain(error as Error, subject);
        if (abort.aborted || Date.now() > deadline || link.connection.isClosed()) {
          throw new PublishError(`answer not published: ${reason}`, { cause: error });
        }
        if (attempt === 1) log.warn({ id: body.request_id, reason }, 'answer not published yet');
        await sleep(backoffMs(attempt, BACKOFF), abort);
      }
    }
  }
}

function explain(error: Error, subject: string): string {
  const code = (error as NatsError).code;
  if (code === ErrorCode.NoResponders || code === '503') {
    return `no stream takes subject "${subject}"; run bootstrap to create it`;
  }
  return error.message;
}
