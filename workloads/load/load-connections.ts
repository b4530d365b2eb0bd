import { connect, type NatsConnection } from 'nats';
import { natsCredentials, type NatsCredentials, natsServer } from '../protocol/nats-credentials';
import { NATS_CA_KEY, NATS_CREDENTIAL_KEYS } from '../protocol/nats-users';

/** Who connects to what. */
export interface LoadConnectionOptions {
  readonly natsUrl: string;
  readonly user?: string;
  readonly password?: string;
}

/**
 * Opens the connections of a load's clients; each comes back by itself for as long as it takes.
 *
 * @throws Error where the server cannot be reached, refuses the user, or does not take as many; none
 * is open then
 */
export async function openConnections(
  options: LoadConnectionOptions,
  count: number,
): Promise<[NatsConnection, ...NatsConnection[]]> {
  const open = () =>
    connect({
      ...natsServer(options.natsUrl, natsCredentialsOf(options)),
      name: 'load',
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      ignoreClusterUpdates: true,
    });
  const first = await open();
  const further = await Promise.allSettled(Array.from({ length: count - 1 }, open));
  const opened = further.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failed = further.find(({ status }) => status === 'rejected') as
    PromiseRejectedResult | undefined;
  if (failed === undefined) return [first, ...opened];
  // each of them would reconnect without limit, and keep the process alive
  await closeConnections([first, ...opened]);
  const { message } = failed.reason as Error;
  throw new Error(
    `${opened.length + 1} of ${count} connections to NATS could be opened: ${message}; ` +
      'allow more of them, or take a profile with fewer clients',
    { cause: failed.reason },
  );
}

/** Ends the connections of a load's clients. */
export async function closeConnections(connections: readonly NatsConnection[]): Promise<void> {
  await Promise.all(connections.map((connection) => connection.close()));
}

/**
 * The credentials of a load's user, wherever they were set, with the authority of `NATS_CA`.
 *
 * @throws Error where only one of user and password is set, or the authority is no certificate
 */
export function natsCredentialsOf({
  user,
  password,
}: Pick<LoadConnectionOptions, 'user' | 'password'>): NatsCredentials {
  const { user: userKey, password: passwordKey } = NATS_CREDENTIAL_KEYS;
  return natsCredentials({
    [userKey]: user,
    [passwordKey]: password,
    [NATS_CA_KEY]: process.env[NATS_CA_KEY],
  });
}
