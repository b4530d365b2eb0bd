import { type LocalConfig } from './config';
import { type LocalCluster } from './node/local-cluster';
import { type Toolchain } from './toolchain/toolchain';

/** What every command needs. */
export interface LabContext {
  readonly config: LocalConfig;
  readonly toolchain: Toolchain;
  readonly cluster: LocalCluster;
  /** Prints a sentence for the user on standard error. */
  readonly say: (sentence: string) => void;
}
