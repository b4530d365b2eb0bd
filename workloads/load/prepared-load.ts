import { type NatsConnection } from 'nats';
import { LOAD_PROFILES } from '../protocol/load-profile';
import { type LoadStart } from '../protocol/load-request';
import { type TargetConfig } from './config';
import { HttpLoad } from './http-load';
import { openConnections } from './load-connections';
import { type LoadJob } from './load-job';
import { MemeLoad } from './meme-load';

/** A load, and what must be closed after it. */
export interface PreparedLoad {
  readonly job: LoadJob;
  /** The same, where it is one on the queue. */
  readonly memes?: MemeLoad;
  readonly close: () => Promise<void>;
}

/**
 * Prepares the load of an order.
 *
 * @param runId names the run in its requests
 * @throws Error where the target is not configured, cannot be reached, or does not fit the profile
 */
export async function prepareLoad(
  { profile: name, target }: LoadStart,
  runId: string,
  config: TargetConfig,
  seed?: number,
): Promise<PreparedLoad> {
  const profile = LOAD_PROFILES[name];
  if (target === 'memes') {
    const connections = await openConnections(config, profile.clients);
    const { drainSeconds } = config;
    const memes = new MemeLoad({ profile, runId, seed, connections, drainSeconds });
    return { job: memes, memes, close: () => closeAll(connections) };
  }
  const { frontendUrl } = config;
  if (frontendUrl === undefined) {
    throw new Error(`target "${target}" needs the address of the page: set 'FRONTEND_URL'`);
  }
  return { job: new HttpLoad({ profile, url: frontendUrl }), close: async () => undefined };
}

async function closeAll(connections: readonly NatsConnection[]): Promise<void> {
  await Promise.all(connections.map((connection) => connection.close()));
}
