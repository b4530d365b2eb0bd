import { type LocalConfig } from './config';
import { type LocalCluster } from './node/local-cluster';
import { type Toolchain } from './toolchain/toolchain';

/** What the commands work with. */
export interface LabContext {
  readonly config: LocalConfig;
  readonly toolchain: Toolchain;
  readonly cluster: LocalCluster;
  /** Says a sentence to the user, on standard error. */
  readonly say: (sentence: string) => void;
}
