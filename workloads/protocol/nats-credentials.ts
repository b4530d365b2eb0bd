import { inboxPrefixOf, NATS_CA_KEY, NATS_CREDENTIAL_KEYS } from './nats-users';

/** What a NATS client is given to connect as somebody: spread it into the connection's options. */
export interface NatsCredentials {
  readonly user?: string;
  readonly pass?: string;
  readonly inboxPrefix?: string;
  /** Absent where the server may speak plain text. */
  readonly tls?: { readonly ca: string };
}

/**
 * The credentials from `NATS_USER` and `NATS_PASSWORD`, with the authority of `NATS_CA`; none where
 * nothing is set, for a server that asks for none. With an authority, a server is refused that speaks
 * plain text or whose certificate another one signed.
 *
 * @throws Error where only one of user and password is set, or the authority is no certificate
 */
export function natsCredentials(
  env: Readonly<Record<string, string | undefined>>,
): NatsCredentials {
  const { user: userKey, password: passwordKey } = NATS_CREDENTIAL_KEYS;
  const user = env[userKey] || undefined;
  const pass = env[passwordKey] || undefined;
  const trust = authority(env[NATS_CA_KEY]);
  if (user === undefined && pass === undefined) return trust;
  if (user === undefined || pass === undefined) {
    const [set, missing] = user === undefined ? [passwordKey, userKey] : [userKey, passwordKey];
    throw new Error(`'${set}' is set but '${missing}' is not: set both, or neither`);
  }
  return { user, pass, inboxPrefix: inboxPrefixOf(user), ...trust };
}

function authority(ca: string | undefined): Pick<NatsCredentials, 'tls'> {
  if (!ca) return {};
  if (!ca.includes('-----BEGIN CERTIFICATE-----')) {
    throw new Error(
      `'${NATS_CA_KEY}' holds no certificate: give the PEM text itself, not the name of a file`,
    );
  }
  return { tls: { ca } };
}

/**
 * A server and who connects to it, as options of a connection. A URL of `tls://` means TLS even
 * where no authority is given: the client alone would take whatever the server offers.
 */
export function natsServer(
  url: string,
  credentials: NatsCredentials,
): Omit<NatsCredentials, 'tls'> & { readonly servers: string; readonly tls?: { ca?: string } } {
  return { servers: url, ...(url.startsWith('tls:') && { tls: {} }), ...credentials };
}
