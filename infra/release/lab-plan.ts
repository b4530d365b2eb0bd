import { buildCharts } from '../../charts/index';
import type { LabProps } from '../../charts/lab-props';
import { checkRules } from '../../charts/policies/rules/check-rules';
import { UserError } from '../user-error';
import type { AutoscalingLabArgs } from './autoscaling-lab';

/** What the charts' properties decide about the releases. */
export type LabPlan = Pick<
  AutoscalingLabArgs,
  'charts' | 'secretRotation' | 'natsTls' | 'vpaCertificateSecret'
>;

/**
 * Renders the charts and checks them against the rules.
 *
 * @throws UserError where they are refused: a setting, a manifest or an image is the user's choice
 */
export function planLab(props: LabProps): LabPlan {
  try {
    const charts = buildCharts(props);
    checkRules(charts);
    const { secretRotation, natsTls, vpaCertificateSecret } = props;
    return { charts, secretRotation, natsTls, vpaCertificateSecret };
  } catch (error) {
    throw new UserError((error as Error).message);
  }
}
