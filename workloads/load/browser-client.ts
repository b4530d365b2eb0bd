import { headers, type NatsConnection, wsconnect } from '@nats-io/nats-core';
// Node has no WebSocket of its own before version 22
import WebSocket from 'ws';
import * as z from 'zod';
import { newBrowserSession, sessionInbox } from '../protocol/browser-session';
import { HEADERS } from '../protocol/headers';
import { SUBJECTS } from '../protocol/subjects';
import { newTraceparent } from '../protocol/trace-context';
import { ACK_TIMEOUT_MS, type LoadRequestBody } from './followed-requests';

// a cluster under the load that is to be made answers late
const CONNECT_TIMEOUT_MS = 20_000;

/** What comes back to a session. */
export interface BrowserClientEvents {
  /** @param body the answer's JSON: a picture, or why there is none */
  readonly onAnswer: (requestId: string, body: unknown) => void;
  /** The connection was lost; what came meanwhile came to nobody, as an inbox keeps nothing. */
  readonly onLoss: () => void;
}

const acknowledgementSchema = z.object({
  error: z.object({ description: z.string() }).optional(),
});

/** A browser session as the page opens it: over the WebSocket of the page's own web server. */
export class BrowserClient {
  private constructor(
    private readonly connection: NatsConnection,
    private readonly inbox: string,
    private readonly clientId: string,
  ) {}

  /**
   * Opens a session that nobody else has; it comes back by itself for as long as it takes.
   *
   * @param pageUrl address of the page, for example `http://127.0.0.1:8080`
   * @throws Error where the page cannot be reached, or NATS behind it lets no session in
   */
  static async open(pageUrl: string): Promise<BrowserClient> {
    const session = newBrowserSession();
    const inbox = await sessionInbox(session);
    const url = webSocketUrl(pageUrl);
    try {
      const connection = await wsconnect({
        servers: url,
        name: 'load',
        user: session.id,
        pass: session.secret,
        inboxPrefix: inbox,
        ignoreClusterUpdates: true,
        maxReconnectAttempts: -1,
        waitOnFirstConnect: false,
        timeout: CONNECT_TIMEOUT_MS,
        reconnectTimeWait: 1000,
        wsFactory: async (address) => ({
          socket: new WebSocket(address),
          encrypted: address.startsWith('wss:'),
        }),
      });
      return new BrowserClient(connection, inbox, `load-${session.id.slice(0, 8)}`);
    } catch (error) {
      const { message } = error as Error;
      throw new Error(`no browser session through "${url}": ${message}`, { cause: error });
    }
  }

  /**
   * Follows what comes to the session until it is closed.
   *
   * @throws Error where an answer is not JSON, or the server does not let the session listen
   */
  async follow({ onAnswer, onLoss }: BrowserClientEvents): Promise<void> {
    const { connection } = this;
    const answers = connection.subscribe(this.replySubject('*'));
    const listen = async () => {
      for await (const message of answers) {
        onAnswer(message.subject.split('.').at(-1)!, message.json());
      }
    };
    const watch = async () => {
      for await (const { type } of connection.status()) if (type === 'disconnect') onLoss();
    };
    await Promise.all([listen(), watch()]);
  }

  /**
   * Publishes a request whose answer comes to this session alone.
   *
   * @throws Error where the stream does not take it, or does not say so in time
   */
  async publish(body: LoadRequestBody): Promise<void> {
    const own = headers();
    own.set(HEADERS.messageId, body.id);
    own.set(HEADERS.traceparent, newTraceparent());
    const request = { ...body, reply_to: this.replySubject(body.id), client_id: this.clientId };
    const message = await this.connection.request(SUBJECTS.request, JSON.stringify(request), {
      timeout: ACK_TIMEOUT_MS,
      headers: own,
    });
    const { error } = acknowledgementSchema.parse(message.json());
    if (error) throw new Error(`the stream refused it: ${error.description}`);
  }

  /** Ends the session. */
  async close(): Promise<void> {
    await this.connection.close();
  }

  private replySubject(requestId: string): string {
    return `${this.inbox}.meme.${requestId}`;
  }
}

function webSocketUrl(pageUrl: string): string {
  const url = new URL('/ws', pageUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}
