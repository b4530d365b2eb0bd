import { LOAD_PROFILES } from '../protocol/load-profile';
import { type LoadStart } from '../protocol/load-request';
import { type TargetConfig } from './config';
import { HttpLoad } from './http-load';
import { closeConnections, openConnections } from './load-connections';
import { type FollowedRequests } from './followed-requests';
import { type LoadJob } from './load-job';
import { MemeLoad } from './meme-load';
import { WebSocketLoad } from './web-socket-load';

/** A load, and what must be closed after it. */
export interface PreparedLoad {
  readonly job: LoadJob;
  /** Its requests, where each of them is followed to its answer. */
  readonly requests?: FollowedRequests;
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
  const { drainSeconds, frontendUrl } = config;
  const followed = { profile, runId, seed, drainSeconds };
  if (target === 'memes') {
    const connections = await openConnections(config, profile.clients);
    const job = new MemeLoad({ ...followed, connections });
    return { job, requests: job.requests, close: () => closeConnections(connections) };
  }
  if (frontendUrl === undefined) {
    throw new Error(`target "${target}" needs the address of the page: set 'FRONTEND_URL'`);
  }
  if (target === 'websocket') {
    const job = await WebSocketLoad.open({ ...followed, url: frontendUrl });
    return { job, requests: job.requests, close: () => job.close() };
  }
  const job = new HttpLoad({ profile, url: frontendUrl, seed, drainSeconds });
  return { job, close: async () => undefined };
}
