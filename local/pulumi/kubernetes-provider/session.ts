import type { Cluster } from './cluster';
import type { EngineLog } from './engine-log';
import type { ProviderConfig } from './provider-config';

/** What every operation of a configured provider works with. */
export interface Session {
  readonly cluster: Cluster;
  readonly config: ProviderConfig;
  readonly log: EngineLog;
  /** Fires when the user cancels the deployment. */
  readonly cancelled: AbortSignal;
  /**
   * Resources that were compared with an older state in this run. A creation of one of them is half of a
   * replacement, and in a preview the object that it replaces is still there.
   */
  readonly compared: Set<string>;
}
