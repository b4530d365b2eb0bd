import { NAMESPACES } from './names';

/**
 * The NATS user for people at a shell and for tests, and the namespace of its Secret; it may do
 * everything. Services have a user each, which their descriptors in the charts declare; browsers have
 * none, see `browser-session.ts`.
 */
export const NATS_OPERATOR = { user: 'operator', namespace: NAMESPACES.messaging } as const;

/** Keys of the Secret of a user, which are also the variables that its programs read. */
export const NATS_CREDENTIAL_KEYS = { user: 'NATS_USER', password: 'NATS_PASSWORD' } as const;

/**
 * Key of the same Secret, and variable, with the certificate of the authority that signed the
 * server's, as PEM. Only where NATS speaks TLS.
 */
export const NATS_CA_KEY = 'NATS_CA';

/** Name of the Secret that holds a user's credentials, in the namespace of the user's programs. */
export function natsSecretName(user: string): string {
  return `nats-${user}`;
}

/**
 * Where a user's own inboxes are. The server lets each user listen below this subject alone, so a
 * client must be told to use it: `connect({ inboxPrefix })`.
 */
export function inboxPrefixOf(user: string): string {
  return `_INBOX.${user}`;
}
