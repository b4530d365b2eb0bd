import { NAMESPACES } from './names';

/**
 * The users of NATS that have a password, with the namespace in which their programs find it. What
 * each may do is in the charts; browsers have no user of their own, see `browser-session.ts`.
 */
export const NATS_USERS = {
  worker: { namespace: NAMESPACES.memeGenerator },
  bootstrap: { namespace: NAMESPACES.memeGenerator },
  load: { namespace: NAMESPACES.memeGenerator },
  observer: { namespace: NAMESPACES.monitoring },
  /** Lets browsers in; it may do nothing else. */
  'auth-callout': { namespace: NAMESPACES.messaging },
  /** A person at a shell, and the tests: everything that the account holds. */
  operator: { namespace: NAMESPACES.messaging },
} as const;

/** One of {@link NATS_USERS}. */
export type NatsUser = keyof typeof NATS_USERS;

/** Keys of the Secret of a user, which are also the variables that its programs read. */
export const NATS_CREDENTIAL_KEYS = { user: 'NATS_USER', password: 'NATS_PASSWORD' } as const;

/**
 * Key of the same Secret, and variable, with the certificate of the authority that signed the
 * server's, as PEM. Only where NATS speaks TLS.
 */
export const NATS_CA_KEY = 'NATS_CA';

/** Name of the Secret that holds a user's credentials, in the namespace of {@link NATS_USERS}. */
export function natsSecretName(user: NatsUser): string {
  return `nats-${user}`;
}

/**
 * Where a user's own inboxes are. The server lets each user listen below this subject alone, so a
 * client must be told to use it: `connect({ inboxPrefix })`.
 */
export function inboxPrefixOf(user: NatsUser): string {
  return `_INBOX.${user}`;
}
