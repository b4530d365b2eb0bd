import { inboxPrefixOf, NATS_CREDENTIAL_KEYS, type NatsUser } from './nats-users';

/** What a NATS client is given to connect as somebody: spread it into the connection's options. */
export interface NatsCredentials {
  readonly user?: string;
  readonly pass?: string;
  readonly inboxPrefix?: string;
}

/**
 * The credentials from `NATS_USER` and `NATS_PASSWORD`; none where neither is set, for a server that
 * asks for none.
 *
 * @throws Error where only one of the two is set
 */
export function natsCredentials(
  env: Readonly<Record<string, string | undefined>>,
): NatsCredentials {
  const { user: userKey, password: passwordKey } = NATS_CREDENTIAL_KEYS;
  const user = env[userKey] || undefined;
  const pass = env[passwordKey] || undefined;
  if (user === undefined && pass === undefined) return {};
  if (user === undefined || pass === undefined) {
    const [set, missing] = user === undefined ? [passwordKey, userKey] : [userKey, passwordKey];
    throw new Error(`'${set}' is set but '${missing}' is not: set both, or neither`);
  }
  return { user, pass, inboxPrefix: inboxPrefixOf(user as NatsUser) };
}
