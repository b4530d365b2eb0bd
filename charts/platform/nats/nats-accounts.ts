import { NATS } from '../../../workloads/protocol/names';
import { inboxPrefixOf, NATS_OPERATOR } from '../../../workloads/protocol/nats-users';
import { NATS_USERS, type NatsUser } from './nats-users';

/** The Secret from which the server reads its users' passwords, in its namespace. */
export const NATS_SERVER_SECRET = 'nats-server-auth';

/** Key of the callout's public key in {@link NATS_SERVER_SECRET}. */
export const CALLOUT_ISSUER_KEY = 'AUTH_CALLOUT_ISSUER';

/** Key of a user's password in {@link NATS_SERVER_SECRET}; the server reads it as a variable. */
export function passwordKey(user: string): string {
  return `${user.toUpperCase().replaceAll('-', '_')}_PASSWORD`;
}

/**
 * Subscriptions that one connection may have; a program needs a handful. It is the account's, because
 * the server ignores such a limit in what the callout signs.
 */
const MAX_SUBSCRIPTIONS = 50;

/**
 * The accounts and users of the server. Whoever is not among them is asked about at the callout,
 * which lets browsers in: its account is one of its own, so that no other user can answer for it.
 */
export function natsAccounts(): string[] {
  const labUsers = NATS_USERS.filter(({ permissions }) => permissions !== 'callout');
  const callouts = NATS_USERS.filter(({ permissions }) => permissions === 'callout');
  const services = labUsers.filter(({ name }) => name !== NATS_OPERATOR.user);
  const known = [...services, ...callouts].map(({ name }) => name);
  return [
    'accounts {',
    `  ${NATS.account} {`,
    '    jetstream: enabled',
    `    limits { max_subscriptions: ${MAX_SUBSCRIPTIONS} }`,
    '    users: [',
    ...labUsers.flatMap(userBlock),
    '    ]',
    '  }',
    `  ${NATS.calloutAccount} {`,
    ...callouts.map(
      ({ name }) => `    users: [{ user: "${name}", password: $${passwordKey(name)} }]`,
    ),
    '  }',
    '}',
    'authorization {',
    // the time that a callout on a busy node has for its answer
    '  timeout: 10',
    '  auth_callout {',
    `    issuer: $${CALLOUT_ISSUER_KEY}`,
    `    account: ${NATS.calloutAccount}`,
    `    auth_users: ${list([...known, NATS_OPERATOR.user])}`,
    '  }',
    '}',
  ];
}

function userBlock({ name, permissions }: NatsUser): string[] {
  if (permissions === 'callout') return [];
  const { publish, subscribe } = permissions;
  const own = [...subscribe, `${inboxPrefixOf(name)}.>`];
  return [
    '      {',
    `        user: "${name}"`,
    // a variable is read as a value of this file: passwords are plain words
    `        password: $${passwordKey(name)}`,
    '        permissions {',
    `          publish { allow: ${list(publish)} }`,
    `          subscribe { allow: ${list(own)} }`,
    '        }',
    '      }',
  ];
}

function list(values: readonly string[]): string {
  return `[${values.map((value) => `"${value}"`).join(', ')}]`;
}
