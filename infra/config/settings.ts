import { CHART_SETTINGS } from '../../charts/chart-settings';
import { type ValuesOf } from '../../charts/core/setting-group';
import { RELEASE_SETTINGS } from '../release/release-settings';
import { DEPLOYMENT_SETTINGS } from './deployment-settings';

/** Every setting of a stack, in the order of Pulumi.yaml. */
export const SETTINGS = {
  ...DEPLOYMENT_SETTINGS,
  ...CHART_SETTINGS,
  ...RELEASE_SETTINGS,
} as const;

/** The values of one stack. */
export type StackConfig = ValuesOf<typeof SETTINGS> & {
  /**
   * Name of the Secret for the Hugging Face token, which changes with it; absent where none is
   * configured. The token itself never enters this object.
   */
  readonly tokenSecret?: string;
};
