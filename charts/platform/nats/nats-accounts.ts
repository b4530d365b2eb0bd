import { NATS } from '../../../workloads/protocol/names';
import { inboxPrefixOf, NATS_USERS, type NatsUser } from '../../../workloads/protocol/nats-users';
import {
  CONSUMER,
  type ConsumerSpec,
  IMAGES_BUCKET,
  MEMES_STREAM,
  RESPONSES_STREAM,
  RETIRED_STREAMS,
} from '../../../workloads/protocol/streams';
import { REPLY_PREFIX, SUBJECTS } from '../../../workloads/protocol/subjects';

/** The Secret from which the server reads its users' passwords, in its namespace. */
export const NATS_SERVER_SECRET = 'nats-server-auth';

/** Key of the callout's public key in {@link NATS_SERVER_SECRET}. */
export const CALLOUT_ISSUER_KEY = 'AUTH_CALLOUT_ISSUER';

/** Key of a user's password in {@link NATS_SERVER_SECRET}; the server reads it as a variable. */
export function passwordKey(user: NatsUser): string {
  return `${user.toUpperCase().replaceAll('-', '_')}_PASSWORD`;
}

/** What a user may do; what is not allowed is forbidden. */
interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/**
 * Where answers go. The server's own "allow_responses" would allow whatever subject a request names
 * as its reply: a browser could have a program publish where it may not itself.
 */
const ANY_INBOX = '_INBOX.>';
const LAB = 'lab';

/**
 * Subscriptions that one connection may have; a program needs a handful. It is the account's, because
 * the server ignores such a limit in what the callout signs.
 */
const MAX_SUBSCRIPTIONS = 50;

/**
 * Least privilege for each program. JetStream is reached through subjects too, so a stream that a
 * user may change stands here as well as a subject that it may publish.
 */
const PERMISSIONS: Readonly<Record<Exclude<NatsUser, 'auth-callout'>, Permissions>> = {
  worker: {
    publish: [
      SUBJECTS.response,
      SUBJECTS.error,
      SUBJECTS.dead,
      `${REPLY_PREFIX}>`,
      ANY_INBOX,
      ...consuming(CONSUMER),
      `$JS.API.STREAM.INFO.${MEMES_STREAM.name}`,
      `$JS.API.STREAM.INFO.OBJ_${IMAGES_BUCKET.name}`,
      `$JS.API.STREAM.PURGE.OBJ_${IMAGES_BUCKET.name}`,
      `$JS.API.STREAM.MSG.GET.OBJ_${IMAGES_BUCKET.name}`,
      `$O.${IMAGES_BUCKET.name}.>`,
    ],
    subscribe: [SUBJECTS.request],
  },
  bootstrap: {
    publish: [
      '$JS.API.INFO',
      '$JS.API.STREAM.INFO.*',
      '$JS.API.STREAM.CREATE.*',
      '$JS.API.STREAM.UPDATE.*',
      ...RETIRED_STREAMS.map((stream) => `$JS.API.STREAM.DELETE.${stream}`),
      '$JS.API.CONSUMER.INFO.*.*',
      '$JS.API.CONSUMER.CREATE.>',
      '$JS.API.CONSUMER.DURABLE.CREATE.>',
    ],
    subscribe: [],
  },
  load: {
    publish: [
      SUBJECTS.request,
      `${LAB}.load.state`,
      ANY_INBOX,
      '$JS.API.STREAM.NAMES',
      '$JS.API.STREAM.INFO.*',
      '$JS.API.CONSUMER.INFO.*.*',
      // reads the answers to its own requests; a consumer of several subjects is not named in its subject
      `$JS.API.CONSUMER.CREATE.${RESPONSES_STREAM.name}`,
      `$JS.API.CONSUMER.CREATE.${RESPONSES_STREAM.name}.>`,
      `$JS.API.CONSUMER.DELETE.${RESPONSES_STREAM.name}.>`,
      `$JS.API.CONSUMER.MSG.NEXT.${RESPONSES_STREAM.name}.>`,
    ],
    subscribe: [
      `${LAB}.load.start`,
      `${LAB}.load.stop`,
      `${LAB}.load.get`,
      SUBJECTS.response,
      SUBJECTS.error,
    ],
  },
  observer: {
    publish: [
      `${LAB}.state`,
      ANY_INBOX,
      '$JS.API.INFO',
      '$JS.API.STREAM.NAMES',
      '$JS.API.STREAM.LIST',
      '$JS.API.STREAM.INFO.*',
      '$JS.API.CONSUMER.LIST.*',
      '$JS.API.CONSUMER.INFO.*.*',
    ],
    subscribe: [`${LAB}.state.get`, '$JS.EVENT.ADVISORY.>'],
  },
  operator: { publish: ['>'], subscribe: ['>'] },
};

function consuming({ stream, durable }: ConsumerSpec): string[] {
  return [
    `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
    `$JS.ACK.${stream}.${durable}.>`,
  ];
}

/**
 * The accounts and users of the server. Whoever is not among them is asked about at the callout,
 * which lets browsers in: its account is one of its own, so that no other user can answer for it.
 */
export function natsAccounts(): string[] {
  const users = Object.keys(NATS_USERS) as NatsUser[];
  return [
    'accounts {',
    `  ${NATS.account} {`,
    '    jetstream: enabled',
    `    limits { max_subscriptions: ${MAX_SUBSCRIPTIONS} }`,
    '    users: [',
    ...Object.entries(PERMISSIONS).flatMap(([user, permissions]) =>
      userBlock(user as NatsUser, permissions),
    ),
    '    ]',
    '  }',
    `  ${NATS.calloutAccount} {`,
    `    users: [{ user: "auth-callout", password: $${passwordKey('auth-callout')} }]`,
    '  }',
    '}',
    'authorization {',
    // the time that a callout on a busy node has for its answer
    '  timeout: 10',
    '  auth_callout {',
    `    issuer: $${CALLOUT_ISSUER_KEY}`,
    `    account: ${NATS.calloutAccount}`,
    `    auth_users: ${list(users)}`,
    '  }',
    '}',
  ];
}

function userBlock(user: NatsUser, { publish, subscribe }: Permissions): string[] {
  const own = [...subscribe, `${inboxPrefixOf(user)}.>`];
  return [
    '      {',
    `        user: "${user}"`,
    // a variable is read as a value of this file: passwords are plain words
    `        password: $${passwordKey(user)}`,
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
