import {
  Algorithms,
  type AuthorizationRequest,
  decode,
  encodeAuthorizationResponse,
  encodeUser,
  fromSeed,
  type KeyPair,
  type User,
} from '@nats-io/jwt';
import { sessionFault, sessionInbox } from '../protocol/browser-session';
import { LAB_STATE_SUBJECTS } from '../protocol/lab-state';
import { LOAD_SUBJECTS } from '../protocol/load-request';
import { NATS } from '../protocol/names';
import { SUBJECTS } from '../protocol/subjects';

/** The server's question and the answer to it. */
export interface Decision {
  /** A signed token; the server lets the client in, or tells it that it is refused. */
  readonly response: string;
  /** Name that the client gave itself; for the log. */
  readonly client: string;
  /** Why it is refused; absent where it is let in. */
  readonly refusal?: string;
}

/** What a browser may do beside listening to its own inbox; everything else is forbidden. */
export const BROWSER_PERMISSIONS = {
  publish: [
    SUBJECTS.request,
    LAB_STATE_SUBJECTS.snapshot,
    LOAD_SUBJECTS.start,
    LOAD_SUBJECTS.stop,
    LOAD_SUBJECTS.get,
  ],
  subscribe: [LAB_STATE_SUBJECTS.state, LOAD_SUBJECTS.state],
} as const;

/**
 * Decides whether a client that is no user of the server may come in: a browser, over a WebSocket,
 * with a session of its own. It holds no state, so any number of these may run.
 */
export class Authorizer {
  private readonly issuer: KeyPair;

  /**
   * @param seed of the account key whose public half the server's configuration names
   * @throws Error where it is no such seed
   */
  constructor(seed: string) {
    this.issuer = fromSeed(new TextEncoder().encode(seed));
    // a user's or an operator's is a seed too, and no server takes what is signed with it
    if (!this.issuer.getPublicKey().startsWith('A')) throw new Error('no seed of an account');
  }

  /**
   * @param token the server's signed question
   * @throws Error where the token is not one of a server
   */
  async decide(token: string): Promise<Decision> {
    const { nats } = decode<AuthorizationRequest>(token);
    const { user_nkey: user, server_id: server, client_info: info, connect_opts: sent } = nats;
    if (user === undefined || server === undefined) {
      throw new Error('the token is not an authorization request of a NATS server');
    }
    const session = { id: sent?.user ?? '', secret: sent?.pass ?? '' };
    const refusal = refusalOf(info?.type, session);
    const answer = refusal
      ? { error: refusal }
      : { jwt: await this.userToken(user, session.id, await sessionInbox(session)) };
    const response = await encodeAuthorizationResponse(user, server.id, this.issuer, answer, {});
    return { response, client: info?.host ?? 'unknown', refusal };
  }

  private userToken(user: string, name: string, inbox: string): Promise<string> {
    const { publish, subscribe } = BROWSER_PERMISSIONS;
    const rights: Partial<User> = {
      pub: { allow: [...publish], deny: [] },
      sub: { allow: [...subscribe, `${inbox}.>`], deny: [] },
      // no limits: of what a callout signs the server takes none, those of the account are for all
      allowed_connection_types: ['WEBSOCKET'],
    };
    const options = { aud: NATS.account, algorithm: Algorithms.v2 };
    return encodeUser(name, user, this.issuer, rights, options);
  }
}

function refusalOf(
  type: string | undefined,
  session: { readonly id: string; readonly secret: string },
): string | undefined {
  if (type !== 'websocket') {
    return 'no such user, or another password: only a browser comes in without being known';
  }
  return sessionFault(session);
}
