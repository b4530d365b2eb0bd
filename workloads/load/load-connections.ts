import { connect, type NatsConnection } from 'nats';

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
  { natsUrl, user, password }: LoadConnectionOptions,
  count: number,
): Promise<[NatsConnection, ...NatsConnection[]]> {
  const open = () =>
    connect({
      servers: natsUrl,
      name: 'load',
      user,
      pass: password,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      ignoreClusterUpdates: true,
    });
  const first = await open();
  const others = await Promise.all(Array.from({ length: count - 1 }, open));
  return [first, ...others];
}
