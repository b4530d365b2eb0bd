import { connect, type NatsConnection } from 'nats';
import { natsCredentials, type NatsCredentials } from '../protocol/nats-credentials';
import { NATS_CREDENTIAL_KEYS } from '../protocol/nats-users';

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
      servers: options.natsUrl,
      name: 'load',
      ...natsCredentialsOf(options),
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      ignoreClusterUpdates: true,
    });
  const first = await open();
  const others = await Promise.all(Array.from({ length: count - 1 }, open));
  return [first, ...others];
}

/**
 * The credentials of a load's user, wherever they were set.
 *
 * @throws Error where only one of user and password is set
 */
export function natsCredentialsOf({
  user,
  password,
}: Pick<LoadConnectionOptions, 'user' | 'password'>): NatsCredentials {
  const { user: userKey, password: passwordKey } = NATS_CREDENTIAL_KEYS;
  return natsCredentials({ [userKey]: user, [passwordKey]: password });
}
