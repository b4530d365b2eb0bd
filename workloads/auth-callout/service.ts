import { type Msg, type Subscription } from 'nats';
import { type Counter } from 'prom-client';
import { type Logger } from '../process/logger';
import { type NatsLink } from '../process/nats-link';
import { type Authorizer } from './authorizer';

/** Subject on which the server asks, in the account of the callout alone. */
const CALLOUT_SUBJECT = '$SYS.REQ.USER.AUTH';
/** Several processes share the questions. */
const QUEUE_GROUP = 'auth-callout';

/** What answering takes. */
export interface CalloutServiceOptions {
  readonly link: NatsLink;
  readonly authorizer: Authorizer;
  readonly decisions: Counter<'outcome'>;
  readonly log: Logger;
}

/** Answers the server's questions about clients that it does not know. */
export class CalloutService {
  private readonly subscription: Subscription;
  private readonly done: Promise<void>;

  constructor(private readonly options: CalloutServiceOptions) {
    this.subscription = options.link.connection.subscribe(CALLOUT_SUBJECT, { queue: QUEUE_GROUP });
    this.done = this.answerAll();
  }

  /** Takes no more questions, and resolves when those taken are answered. */
  async close(): Promise<void> {
    // a drain waits for the server, which may be away
    if (this.options.link.isConnected) await this.subscription.drain();
    else this.subscription.unsubscribe();
    await this.done;
  }

  private async answerAll(): Promise<void> {
    for await (const question of this.subscription) await this.answer(question);
  }

  private async answer(question: Msg): Promise<void> {
    const { authorizer, decisions, log } = this.options;
    try {
      const { response, client, refusal } = await authorizer.decide(question.string());
      question.respond(response);
      decisions.inc({ outcome: refusal === undefined ? 'admitted' : 'refused' });
      if (refusal !== undefined) log.warn({ client, refusal }, 'client refused');
    } catch (error) {
      // the server waits until its own time is over and refuses the client
      decisions.inc({ outcome: 'failed' });
      log.error({ err: error }, 'question not answered');
    }
  }
}
