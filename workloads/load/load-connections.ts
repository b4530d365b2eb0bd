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
 * @throws Error where the server cannot be reached or refuses the user
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
  const others = await Promise.all(Array.from({ length: count - 1 }, open));
  return [first, ...others];
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
